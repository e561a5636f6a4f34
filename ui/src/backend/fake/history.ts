// The fake's history: a record's story and trail, restoring, the trash, the undo stack.
import type {
  Fields,
  HistoryItem,
  HistoryPoint,
  LeftInTrash,
  RecordRef,
  RecordsUndeleted,
  RecordTrail,
  RestoreWhat,
} from "../bindings";
import { act, bringBack, edit, redo, same, undo } from "./actions";
import type { Row } from "./data";
import { type FakeState, failed, type HandlersOf } from "./index";
import { changed, storyOf } from "./stories";
import { brokenRules } from "./validate";

type Names =
  | "action_undo"
  | "action_redo"
  | "undo_stack"
  | "record_history"
  | "record_trail"
  | "record_restore"
  | "record_undelete"
  | "records_undelete"
  | "trash_list";

/** As many named steps as the store keeps at hand. */
const STEPS = 100;

export function historyCommands(state: FakeState): HandlersOf<Names> {
  const isAway = () =>
    state.status.work_offline || (state.status.reachability?.kind ?? "online") !== "online";
  return {
    action_undo: ({ action }) => undo(state, action),
    action_redo: () => redo(state),
    undo_stack: () => ({
      undo: state.done.slice(0, STEPS).map((step) => step.info),
      redo: state.undone.slice(0, STEPS).map((step) => step.info),
    }),
    record_history: ({ id, column, with_server }) => {
      const row = state.row(id);
      const from_server = with_server && !isAway();
      const entries = storyOf(state, row).filter(
        (item) =>
          (from_server || item.point.kind === "device") &&
          (column === null || item.changes.some((change) => change.column === column)),
      );
      return {
        title: state.titleOf(id),
        entries: column
          ? entries.map((item) => ({
              ...item,
              changes: item.changes.filter((change) => change.column === column),
            }))
          : entries,
        from_server,
        server_trouble: with_server && !from_server ? (state.status.reachability ?? null) : null,
      };
    },
    record_trail: ({ id }) => trail(state, state.row(id)),
    record_restore: ({ id, point, what, preview }) => {
      const row = state.row(id);
      const wanted = valuesAt(state, row, point, what);
      const changes = Object.entries(wanted)
        .filter(([column, value]) => !same(row.fields[column], value))
        .map(([column, value]) => changed(state, column, row.fields[column], value));
      const comes_back = row.deleted;
      if (preview || (changes.length === 0 && !comes_back)) return { changes, comes_back, done: null };
      const patch = Object.fromEntries(changes.map((change) => [change.column, change.new]));
      const done = act(
        state,
        [row],
        "restore",
        (each) => {
          if (each.deleted) bringBack(state, each);
          edit(state, each, patch);
        },
        what.kind === "version" ? null : what.column,
      );
      return { changes, comes_back, done };
    },
    record_undelete: ({ id }) => act(state, [state.row(id)], "undelete", (row) => bringBack(state, row)),
    records_undelete: ({ records }) => undeleteMany(state, records),
    trash_list: ({ table, limit }) =>
      [...state.rows.values()]
        .filter((row) => row.deleted && (table === null || row.table === table))
        .map((row) => {
          const end = storyOf(state, row).find((item) => item.kind === "delete");
          return {
            table: row.table,
            id: row.id,
            title: state.titleOf(row.id),
            deleted: end?.who_when ?? { who: "", at: row.updated_at },
            here: end?.here ?? false,
            waiting: row.entry?.kind === "delete",
          };
        })
        .sort((a, b) => b.deleted.at - a.deleted.at)
        .slice(0, limit),
  };
}

function undeleteMany(state: FakeState, records: RecordRef[]): RecordsUndeleted {
  const back: Row[] = [];
  const left: LeftInTrash[] = [];
  for (const { table, id } of records) {
    const row = state.row(id);
    if (!row.deleted) continue;
    const field_errors = brokenRules(state, table, id, row.fields);
    if (field_errors.length > 0) left.push({ table, id, title: state.titleOf(id), field_errors });
    else back.push(row);
  }
  const done = back.length > 0 ? act(state, back, "undelete", (row) => bringBack(state, row)) : null;
  return { done, left };
}

function valuesAt(state: FakeState, row: Row, point: HistoryPoint, what: RestoreWhat): Fields {
  const story = storyOf(state, row);
  const at = story.findIndex((item) => same(item.point, point));
  const item = story[at];
  if (!item) throw failed("not_found", "no such point in the record's story");
  if (what.kind === "version") return versionAt(row, story.slice(0, at));
  const change = item.changes.find((each) => each.column === what.column);
  if (!change) throw failed("not_found", `nothing of ${what.column} at this point`);
  return { [what.column]: what.kind === "before" ? change.old : change.new };
}

/** The record's values before these entries, which are the newest. */
function versionAt(row: Row, since: HistoryItem[]): Fields {
  const fields: Fields = { ...row.fields };
  for (const item of since) {
    if (item.lost || item.kind === "insert") continue;
    for (const change of item.changes) fields[change.column] = change.old;
  }
  return fields;
}

function trail(state: FakeState, row: Row): RecordTrail {
  const story = storyOf(state, row);
  const mine = story.find((item) => item.here && !item.lost);
  const stands = story.find((item) => item.applied_at !== null && !item.lost);
  const attempts = row.entry?.attempts ?? (mine?.applied_at ? 1 : 0);
  const known: RecordTrail = {
    edited_at: row.entry?.edited_at ?? mine?.who_when.at ?? null,
    sent_at: row.entry
      ? attempts > 0
        ? row.entry.edited_at + 3 * 60_000
        : null
      : (mine?.applied_at ?? null),
    attempts,
    applied_at: row.entry ? null : (mine?.applied_at ?? null),
    state: "on_server",
    version: row.on_server ? `5d1f3a2c.${812 + story.length}` : null,
    version_by: stands?.who_when ?? null,
  };
  if (row.mark === "conflict") return { ...known, state: "needs_you" };
  if (row.mark === "refused") return { ...known, state: "refused" };
  if (row.entry) {
    const isSending = state.status.state === "pushing";
    return { ...known, state: isSending ? "sending" : "waiting", attempts: attempts + (isSending ? 1 : 0) };
  }
  if (row.draft) return { ...known, state: "draft" };
  return known;
}

/** Some deleted records, as after a week's work on two devices. */
export function addTrash(state: FakeState): void {
  const minute = 60_000;
  const ages: [string, number, boolean][] = [
    ["airfields", 25, true],
    ["inspections", 130, false],
    ["inspections", 26 * 60, false],
    ["defects", 27 * 60, false],
    ["defects", 75 * 60, false],
    ["airfields", 9 * 24 * 60, false],
  ];
  ages.forEach(([table, minutes, isHere], at) => {
    const model = [...state.rows.values()].filter((row) => row.table === table && !row.deleted)[20 + at];
    if (!model) return;
    const id = `${table.slice(0, 3)}-9000${at}`;
    state.rows.set(id, {
      ...structuredClone(model),
      id,
      fields: { ...model.fields, icao: null, iata: null },
      deleted: true,
      updated_at: state.now() - minutes * minute,
      mark: isHere ? "waiting" : "synced",
      entry: isHere
        ? {
            op_id: `op-${id}`,
            kind: "delete",
            before: {},
            edited_at: state.now() - minutes * minute,
            attempts: 0,
          }
        : null,
      others: null,
      conflict: null,
      refusal: null,
      draft: null,
    });
  });
}
