// The fake's conflicts: the rows of which something collided, one by one or many at once.
import type { ConflictDetail, ConflictItem, RecordConflict, Resolution, ResolvedField } from "../bindings";
import { act } from "./actions";
import type { Row } from "./data";
import { type FakeState, failed, type HandlersOf } from "./index";

type Names =
  | "conflict_list"
  | "conflict_get"
  | "conflict_resolve"
  | "conflicts_resolve"
  | "merged_list"
  | "merge_revert";

/** What collided on a row, as the record shows it. */
export function recordConflict(row: Row): RecordConflict | null {
  if (!row.conflict) return null;
  const { kind = "fields", fields, theirs } = row.conflict;
  return { kind, columns: fields.map(({ column }) => column), theirs };
}

export function conflictCommands(state: FakeState): HandlersOf<Names> {
  const collided = () => [...state.rows.values()].filter((row) => row.conflict);
  const item = (row: Row): ConflictItem => {
    const found = recordConflict(row);
    if (!found) throw failed("not_found", `${row.id} is not in conflict`);
    return {
      ...found,
      table: row.table,
      id: row.id,
      title: state.titleOf(row.id),
      mine: { who: state.status.device_name, at: row.entry?.edited_at ?? row.updated_at },
      found_at: found.theirs.at,
    };
  };
  const titled = (value: unknown) =>
    typeof value === "string" && state.rows.has(value) ? state.titleOf(value) : null;
  const detail = (row: Row): ConflictDetail => {
    const { columns, ...rest } = item(row);
    const open = new Set(columns);
    return {
      ...rest,
      revision: JSON.stringify([row.conflict, row.entry?.before]),
      fields: (row.conflict?.fields ?? []).map((field) => ({
        both: null,
        base_title: titled(field.base),
        mine_title: titled(field.mine),
        theirs_title: titled(field.theirs),
        error: null,
        ...field,
      })),
      others: state
        .table(row.table)
        .columns.filter(({ name }) => !open.has(name))
        .map(({ name }) => ({
          column: name,
          value: row.fields[name] ?? null,
          title: titled(row.fields[name]),
          from: row.entry && name in row.entry.before ? "mine" : "unchanged",
        })),
      can_keep_both: false,
      refusal: null,
      other_record: null,
    };
  };
  const settle = (row: Row, resolution: Resolution) => {
    for (const field of row.conflict?.fields ?? []) {
      if (resolution.kind === "theirs") row.fields[field.column] = field.theirs;
      if (resolution.kind === "values") row.fields[field.column] = resolution.fields[field.column] ?? null;
    }
    // One side deleted it: the side that is kept says whether it lives.
    const kind = row.conflict?.kind;
    if (kind === "edited_here_deleted_there") row.deleted = resolution.kind === "theirs";
    if (kind === "deleted_here_edited_there") row.deleted = resolution.kind === "mine";
    row.conflict = null;
    row.mark = resolution.kind === "theirs" ? "synced" : "waiting";
    if (resolution.kind === "theirs") row.entry = null;
  };
  return {
    conflict_list: () => collided().map(item),
    conflict_get: ({ id }) => detail(state.row(id)),
    conflict_resolve: ({ id, revision, resolution }) => {
      const row = state.row(id);
      if (revision && revision !== detail(row).revision) throw failed("theirs_moved", `${id} has moved`);
      return act(state, [row], "resolve", (settled) => settle(settled, resolution));
    },
    conflicts_resolve: ({ records, column, side, preview }) => {
      const wanted = records?.map(({ id }) => id);
      const rows = collided().filter((row) => wanted?.includes(row.id) ?? true);
      const whole = rows.filter(
        (row) => !column || row.conflict?.fields.every((field) => field.column === column),
      );
      const sample = whole.flatMap((row): ResolvedField[] =>
        (row.conflict?.fields ?? []).map(({ column: name, mine, theirs }) => ({
          table: row.table,
          id: row.id,
          title: state.titleOf(row.id),
          change: {
            column: name,
            old: side === "mine" ? theirs : mine,
            new: side === "mine" ? mine : theirs,
            old_title: titled(side === "mine" ? theirs : mine),
            new_title: titled(side === "mine" ? mine : theirs),
          },
          deletes: false,
        })),
      );
      const counts = { resolved: whole.length, partly: 0, left: rows.length - whole.length, sample };
      if (preview || whole.length === 0) return { done: null, ...counts };
      return { done: act(state, whole, "resolve", (row) => settle(row, { kind: side })), ...counts };
    },
    merged_list: () => [],
    merge_revert: ({ n }) => {
      throw failed("not_found", `nothing merged as ${n}`);
    },
  };
}
