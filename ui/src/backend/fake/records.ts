// The fake's records: read, edit, draft, delete.
import type { Fields, Selection } from "../bindings";
import { act, edit, remove } from "./actions";
import { type Row, text } from "./data";
import { type FakeState, failed, type HandlersOf } from "./index";
import { brokenRules } from "./validate";

type Names =
  | "record_get"
  | "record_new"
  | "new_record_list"
  | "new_record_get"
  | "record_create"
  | "record_update"
  | "record_delete"
  | "record_revert"
  | "record_seen"
  | "record_validate"
  | "field_undo"
  | "draft_save"
  | "draft_discard"
  | "records_update"
  | "records_delete";

export function recordCommands(state: FakeState): HandlersOf<Names> {
  const check = (table: string, id: string, fields: Fields) => brokenRules(state, table, id, fields);
  /** All columns, also those that are not given: a new record is checked as a whole. */
  const whole = (table: string, fields: Fields): Fields =>
    Object.fromEntries(state.table(table).columns.map(({ name }) => [name, fields[name] ?? null]));
  const insist = (table: string, id: string, fields: Fields) => {
    const errors = check(table, id, fields);
    if (errors.length > 0) throw failed("invalid", "values do not fit the rules", errors);
  };
  const drafts = (table: string) => state.changed("person", { kind: "drafts", table, ids: [] });

  const rowsOf = (selection: Selection): Row[] => {
    if (selection.kind === "ids") return selection.ids.map((id) => state.row(id));
    const view = state.views.get(selection.view);
    if (!view) throw failed("not_found", `no view ${selection.view}`);
    const except = new Set(selection.except);
    return view.ids.filter((id) => !except.has(id)).map((id) => state.row(id));
  };

  const begun = (id: string) => {
    const found = state.begun.get(id);
    if (!found) throw failed("not_found", `no record ${id} was begun`);
    return found;
  };

  return {
    record_get: ({ id }) => state.detail(state.row(id)),
    record_new: ({ table: name, copy_of, fields }) => {
      const table = state.table(name);
      const id = state.nextId("new");
      const source = copy_of ? state.row(copy_of).fields : {};
      const values: Fields = {};
      for (const column of table.columns)
        values[column.name] = (column.unique ? null : source[column.name]) ?? column.default ?? null;
      Object.assign(values, fields);
      const record = {
        table: name,
        id,
        title: text(values[table.title]),
        fields: values,
        reference_titles: {},
        at: state.now(),
        errors: [],
      };
      state.begun.set(id, record);
      drafts(name);
      return record;
    },
    new_record_list: ({ table }) => [...state.begun.values()].filter((record) => record.table === table),
    new_record_get: ({ table, id }) => {
      const record = begun(id);
      return { ...record, errors: check(table, id, whole(table, record.fields)) };
    },
    record_create: ({ table, id, fields }) => {
      insist(table, id, whole(table, fields));
      const row: Row = {
        table,
        id,
        fields,
        created_at: state.now(),
        updated_at: state.now(),
        on_server: false,
        deleted: true,
        mark: "waiting",
        entry: {
          op_id: state.nextId("op"),
          kind: "insert",
          before: Object.fromEntries(Object.keys(fields).map((column) => [column, null])),
          edited_at: state.now(),
          attempts: 0,
        },
        others: null,
        conflict: null,
        refusal: null,
        draft: null,
      };
      state.begun.delete(id);
      state.rows.set(id, row);
      drafts(table);
      act(state, [row], "create", (made) => {
        made.deleted = false;
      });
      return state.detail(row);
    },
    record_update: ({ table, id, patch }) => {
      insist(table, id, patch);
      const row = state.row(id);
      const columns = Object.keys(patch);
      const column = columns.length === 1 ? (columns[0] ?? null) : null;
      row.draft = null;
      act(state, [row], "update", (each) => edit(state, each, patch), column);
      return state.detail(row);
    },
    record_delete: ({ id }) => act(state, [state.row(id)], "delete", (row) => remove(state, row)),
    record_revert: ({ id }) =>
      act(state, [state.row(id)], "revert", (row) => {
        row.fields = { ...row.fields, ...row.entry?.before };
        Object.assign(row, { entry: null, mark: "synced", refusal: null, conflict: null, draft: null });
      }),
    record_seen: ({ id }) => {
      const row = state.row(id);
      if (row.others) {
        row.others = null;
        state.recordsChanged("person", row.table, [id]);
      }
      return {};
    },
    record_validate: ({ table, id, fields }) => ({ errors: check(table, id, fields) }),
    field_undo: ({ id, column }) => {
      const row = state.row(id);
      const before = row.entry?.before;
      if (before && column in before) {
        const value = before[column] ?? null;
        act(state, [row], "revert", (each) => edit(state, each, { [column]: value }), column);
      }
      return state.detail(row);
    },
    draft_save: ({ table, id, fields }) => {
      const record = state.begun.get(id);
      const errors = check(table, id, record ? whole(table, fields) : fields);
      if (record) {
        record.fields = { ...record.fields, ...fields };
        record.title = text(record.fields[state.table(table).title]);
        record.at = state.now();
        record.errors = errors;
      } else {
        state.row(id).draft = Object.keys(fields).length > 0 ? { fields, at: state.now() } : null;
        state.changed("person", { kind: "record", table, ids: [id] });
      }
      drafts(table);
      return { errors };
    },
    draft_discard: ({ table, id }) => {
      const row = state.rows.get(id);
      if (row) row.draft = null;
      state.begun.delete(id);
      state.changed("person", { kind: "drafts", table, ids: [] }, { kind: "record", table, ids: [id] });
      return {};
    },
    records_update: ({ table, selection, patch, preview }) => {
      insist(table, "", patch);
      const rows = rowsOf(selection).filter((row) =>
        Object.entries(patch).some(
          ([column, value]) => JSON.stringify(row.fields[column] ?? null) !== JSON.stringify(value),
        ),
      );
      if (preview) return { action: "", records: rows.length, skipped: 0 };
      const columns = Object.keys(patch);
      const column = columns.length === 1 ? (columns[0] ?? null) : null;
      return act(state, rows, "update", (row) => edit(state, row, patch), column);
    },
    records_delete: ({ selection }) =>
      act(
        state,
        rowsOf(selection).filter((row) => !row.deleted),
        "delete",
        (row) => remove(state, row),
      ),
  };
}
