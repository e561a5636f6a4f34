// Named actions in the fake, and the way back: undo and redo are new changes that leave alone what someone else has
// changed since.
import type { ActionDone, ActionInfo, ActionVerb, Fields, FieldValue, HistoryOrigin } from "../bindings";
import type { Row } from "./data";
import { type FakeState, failed } from "./index";
import { tell } from "./stories";

export interface Step {
  info: ActionInfo;
  changes: { before: Row; after: Row }[];
}

const origins: Partial<Record<ActionVerb, HistoryOrigin>> = {
  undelete: "restore",
  restore: "restore",
  resolve: "conflict",
  discard: "discard",
  revert: "discard",
};

export const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Changes fields as a person does: the change waits for the server. */
export function edit(state: FakeState, row: Row, patch: Fields): void {
  const before: Fields = { ...row.entry?.before };
  for (const [column, value] of Object.entries(patch)) {
    const old = row.fields[column] ?? null;
    if (!(column in before)) before[column] = old;
    if (same(before[column], value)) delete before[column];
  }
  row.fields = { ...row.fields, ...patch };
  const isInsert = row.entry?.kind === "insert";
  if (Object.keys(before).length === 0 && !isInsert) {
    Object.assign(row, { entry: null, mark: "synced" });
    return;
  }
  row.entry = {
    op_id: row.entry?.op_id ?? state.nextId("op"),
    kind: isInsert ? "insert" : "update",
    before,
    edited_at: state.now(),
    attempts: row.entry?.attempts ?? 0,
  };
  row.updated_at = state.now();
  row.refusal = null;
  if (row.mark !== "conflict") row.mark = "waiting";
}

export function remove(state: FakeState, row: Row): void {
  row.deleted = true;
  row.mark = "waiting";
  row.entry = {
    op_id: row.entry?.op_id ?? state.nextId("op"),
    kind: "delete",
    before: {},
    edited_at: state.now(),
    attempts: 0,
  };
}

/** Out of the trash: a deletion that waits is forgotten, one that the server knows is met by a new insert. */
export function bringBack(state: FakeState, row: Row): void {
  row.deleted = false;
  row.updated_at = state.now();
  if (row.entry?.kind === "delete") {
    Object.assign(row, { entry: null, mark: "synced" });
    return;
  }
  row.mark = "waiting";
  row.entry = {
    op_id: state.nextId("op"),
    kind: "insert",
    before: Object.fromEntries(Object.keys(row.fields).map((column) => [column, null])),
    edited_at: state.now(),
    attempts: 0,
  };
}

function told(state: FakeState, rows: Row[]): void {
  for (const table of new Set(rows.map((row) => row.table))) {
    const ids = rows.filter((row) => row.table === table).map((row) => row.id);
    state.recordsChanged("person", table, ids);
  }
  state.changed("person", { kind: "actions", table: null, ids: [] });
}

/** Does something to each of these rows as one named action, which can be undone. */
export const act = (
  state: FakeState,
  rows: Row[],
  verb: ActionVerb,
  change: (row: Row) => void,
  column: string | null = null,
): ActionDone => actOn(state, rows, verb, () => rows.forEach(change), column);

/** The same for a change of the rows together, which may also make new ones. */
export function actOn(
  state: FakeState,
  rows: Row[],
  verb: ActionVerb,
  change: () => void,
  column: string | null = null,
): ActionDone {
  const befores = rows.map((row) => structuredClone(row));
  const known = new Set(state.rows.keys());
  change();
  const made = [...state.rows.values()].filter((row) => !known.has(row.id));
  const changes = [
    ...rows.map((row, at) => ({ before: befores[at] as Row, after: structuredClone(row) })),
    ...made.map((row) => ({
      before: { ...structuredClone(row), deleted: true },
      after: structuredClone(row),
    })),
  ];
  for (const { before, after } of changes) tell(state, before, after, origins[verb] ?? "edit");
  const tables = new Set(rows.map((row) => row.table));
  const only = rows.length === 1 ? rows[0] : undefined;
  const info: ActionInfo = {
    action: state.nextId("action"),
    at: state.now(),
    verb,
    table: tables.size === 1 ? (rows[0]?.table ?? null) : null,
    records: rows.length,
    id: only?.id ?? null,
    title: only ? state.titleOf(only.id) : null,
    column,
  };
  state.done.unshift({ info, changes });
  state.undone.length = 0;
  told(state, [...rows, ...made]);
  return { action: info.action, records: rows.length, skipped: 0 };
}

/** Brings rows from one side of their change to the other. Answers with how many fields were left alone. */
function turn(state: FakeState, step: Step, from: "before" | "after", to: "before" | "after"): ActionDone {
  let skipped = 0;
  const rows: Row[] = [];
  for (const change of step.changes) {
    const row = state.rows.get(change.after.id);
    if (!row) continue;
    const now = structuredClone(row);
    const [left, wanted] = [change[from], change[to]];
    if (same(row, left)) Object.assign(row, structuredClone(wanted));
    else skipped += turnFields(state, row, left, wanted);
    if (same(now, row)) continue;
    tell(state, now, row, "undo");
    rows.push(row);
  }
  told(state, rows);
  return { action: step.info.action, records: rows.length, skipped };
}

function turnFields(state: FakeState, row: Row, left: Row, wanted: Row): number {
  let skipped = 0;
  if (left.deleted !== wanted.deleted) {
    if (row.deleted !== left.deleted) skipped++;
    else if (wanted.deleted) remove(state, row);
    else bringBack(state, row);
  }
  const patch: Record<string, FieldValue> = {};
  for (const column of new Set([...Object.keys(left.fields), ...Object.keys(wanted.fields)])) {
    if (same(left.fields[column], wanted.fields[column])) continue;
    if (same(row.fields[column], left.fields[column])) patch[column] = wanted.fields[column] ?? null;
    else skipped++;
  }
  if (Object.keys(patch).length > 0) edit(state, row, patch);
  return skipped;
}

export function undo(state: FakeState, action: string | null): ActionDone {
  const at = action === null ? 0 : state.done.findIndex((step) => step.info.action === action);
  const step = state.done[at];
  if (!step) throw failed("not_found", "no such action to undo");
  state.done.splice(at, 1);
  state.undone.unshift(step);
  return turn(state, step, "after", "before");
}

export function redo(state: FakeState): ActionDone {
  const step = state.undone.shift();
  if (!step) throw failed("not_found", "nothing to redo");
  state.done.unshift(step);
  return turn(state, step, "before", "after");
}
