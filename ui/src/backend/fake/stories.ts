// What happened to each record of the fake: what was told while it ran, and an invented past.
import type {
  Column,
  FieldChange,
  FieldValue,
  HistoryItem,
  HistoryOrigin,
  Millis,
  OpKind,
} from "../bindings";
import { NOTE, type Row } from "./data";
import type { FakeState } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function changed(
  state: FakeState,
  column: string,
  old: FieldValue | undefined,
  next: FieldValue | undefined,
): FieldChange {
  const titled = (value: FieldValue | undefined) =>
    typeof value === "string" && state.rows.has(value) ? state.titleOf(value) : null;
  return {
    column,
    old: old ?? null,
    new: next ?? null,
    old_title: titled(old),
    new_title: titled(next),
  };
}

const differs = (a: unknown, b: unknown) => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);

/** Writes what became of a row into its story. */
export function tell(
  state: FakeState,
  before: Row,
  after: Row,
  origin: HistoryOrigin,
  who: string = state.status.device_name,
): void {
  const kind: OpKind = before.deleted === after.deleted ? "update" : after.deleted ? "delete" : "insert";
  const was = kind === "insert" && !before.on_server ? {} : before.fields;
  const changes =
    kind === "delete"
      ? []
      : Object.keys(after.fields)
          .filter((column) => differs(was[column], after.fields[column]))
          .map((column) => changed(state, column, was[column], after.fields[column]));
  if (kind === "update" && changes.length === 0) return;
  const story = storyOf(state, before);
  const here = who === state.status.device_name;
  story.unshift({
    point: { kind: "device", n: story.length + 1 },
    who_when: { who, at: state.now() },
    here,
    applied_at: here ? null : state.now(),
    origin,
    kind,
    changes,
    lost: false,
  });
}

/** The server has taken what this device sent of a record. */
export function taken(state: FakeState, row: Row): void {
  for (const item of storyOf(state, row)) {
    if (item.here) item.applied_at ??= state.now();
  }
}

/** The story of a row, newest first; told from its present values backwards when nobody asked before. */
export function storyOf(state: FakeState, row: Row): HistoryItem[] {
  const known = state.stories.get(row.id);
  if (known) return known;
  const story = invented(state, row);
  state.stories.set(row.id, story);
  return story;
}

function invented(state: FakeState, row: Row): HistoryItem[] {
  const story: HistoryItem[] = [];
  const isNew = !row.on_server;
  if (isNew) return story;
  const here = state.status.device_name;
  const now: Row["fields"] = { ...row.fields, ...row.entry?.before };
  let seq = 812;
  const add = (
    at: Millis,
    who: string,
    origin: HistoryOrigin,
    changes: FieldChange[],
    more: Partial<HistoryItem> = {},
  ) =>
    story.push({
      point: { kind: "device", n: 5 - story.length },
      who_when: { who, at },
      here: who === here,
      applied_at: at + 2 * MINUTE,
      origin,
      kind: "update",
      changes,
      lost: false,
      ...more,
    });
  const onServer = (): Partial<HistoryItem> => {
    seq -= 97;
    return { point: { kind: "server", seq: String(seq) } };
  };
  const step = (column: Column | undefined, old: FieldValue): FieldChange[] => {
    if (!column) return [];
    const change = changed(state, column.name, old, now[column.name]);
    now[column.name] = old;
    return [change];
  };
  if (row.deleted) {
    const who = row.entry ? here : "Ana's phone";
    add(row.updated_at, who, row.entry ? "edit" : "remote", [], {
      kind: "delete",
      applied_at: row.entry ? null : row.updated_at,
    });
  } else if (row.entry) {
    const changes = Object.entries(row.entry.before).map(([column, old]) =>
      changed(state, column, old, row.fields[column]),
    );
    add(row.entry.edited_at, here, "edit", changes, { applied_at: null });
  }
  const end = Math.min(row.updated_at, state.now() - 3 * HOUR);
  const { columns } = state.table(row.table);
  const of = (...types: string[]) => columns.find((column) => types.includes(column.kind.type));
  const words = columns.find((column) => column.name === "city" || column.name === "runway") ?? of("text");
  const number = of("integer", "real");
  const long = of("long_text");
  if (long && now[long.name])
    add(end - 20 * MINUTE, "Ana's phone", "remote", step(long, NOTE.replace("Water stands", "Snow lies")));
  if (number && typeof now[number.name] === "number") {
    const value = now[number.name] as number;
    const lost = number.kind.type === "integer" ? value + 40 : Math.round((value + 0.05) * 100) / 100;
    add(end - 2 * HOUR, here, "merge", [changed(state, number.name, lost, value)], { lost: true });
    const old = number.kind.type === "integer" ? value - 15 : Math.round((value - 0.1) * 100) / 100;
    add(end - 2 * HOUR - MINUTE, "Ana's phone", "remote", step(number, old));
  }
  const text = words ? now[words.name] : null;
  if (words && typeof text === "string")
    add(end - 5 * HOUR, here, "edit", step(words, words.name === "runway" ? "01/19" : `${text} Town`));
  const spoken = words ? now[words.name] : null;
  if (words && typeof spoken === "string")
    add(end - 10 * HOUR, "Bo's desktop", "remote", step(words, null), onServer());
  const first = Object.entries(now)
    .filter(([, value]) => value !== null)
    .map(([column, value]) => changed(state, column, null, value));
  add(row.created_at, "Landfall server", "import", first, { kind: "insert", ...onServer() });
  return story.map((item) => ({
    ...item,
    applied_at: item.applied_at === null ? null : Math.min(item.applied_at, state.now()),
  }));
}
