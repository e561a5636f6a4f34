// The fake's lists: views, chip counts, reference search.
import { text } from "./data";
import { type FakeState, failed, type HandlersOf } from "./index";
import { matching, recordRow } from "./views";

type Names =
  | "view_open"
  | "view_rows"
  | "view_refresh"
  | "view_find"
  | "view_close"
  | "table_counts"
  | "table_visited"
  | "reference_search";

// Over all fakes of a page: a list that is being closed late never closes another fake's view.
let lastView = 0;

export function listCommands(state: FakeState): HandlersOf<Names> {
  const view = (id: number) => {
    const found = state.views.get(id);
    if (!found) throw failed("not_found", `no view ${id}`);
    return found;
  };
  const live = (table: string) =>
    [...state.rows.values()].filter((row) => row.table === table && !row.deleted);
  return {
    view_open: (args) => {
      const ids = matching(state.rows.values(), state.table(args.table), args);
      lastView += 1;
      state.views.set(lastView, { args, ids });
      return { view: lastView, total: ids.length, table_total: live(args.table).length };
    },
    view_rows: ({ view: id, start, count }) => {
      const { args, ids } = view(id);
      const table = state.table(args.table);
      return {
        start,
        rows: ids
          .slice(start, start + Math.min(count, 500))
          .map((each) => recordRow(state.row(each), table, state.titleOf)),
      };
    },
    view_refresh: ({ view: id }) => {
      const { args, ids } = view(id);
      const fresh = matching(state.rows.values(), state.table(args.table), args);
      const before = new Set(ids);
      const after = new Set(fresh);
      const both = ids.filter((each) => after.has(each));
      return {
        added: fresh.filter((each) => !before.has(each)).length,
        removed: ids.length - both.length,
        moved: fresh.filter((each) => before.has(each)).some((each, at) => each !== both[at]),
      };
    },
    view_find: ({ view: id, id: record }) => {
      const at = view(id).ids.indexOf(record);
      return { position: at < 0 ? null : at };
    },
    view_close: ({ view: id }) => {
      state.views.delete(id);
      return {};
    },
    table_counts: ({ table }) => {
      const rows = live(table);
      const of = (mark: string) => rows.filter((row) => row.mark === mark).length;
      return {
        total: rows.length,
        waiting: of("waiting"),
        conflict: of("conflict"),
        refused: of("refused"),
        changed_by_others: rows.filter((row) => row.others).length,
      };
    },
    table_visited: ({ table }) => {
      for (const row of live(table)) row.others = null;
      state.changed("person", { kind: "records", table, ids: [] });
      return {};
    },
    reference_search: ({ table: name, search, limit }) => {
      const table = state.table(name);
      const columns = table.columns.filter(
        ({ kind, name: column }) => kind.type === "text" && column !== table.title,
      );
      return matching(state.rows.values(), table, { table: name, search })
        .slice(0, limit)
        .map((id) => ({
          id,
          title: state.titleOf(id),
          detail: columns
            .slice(0, 3)
            .map((column) => text(state.row(id).fields[column.name]))
            .filter(Boolean)
            .join(" · "),
        }));
    },
  };
}
