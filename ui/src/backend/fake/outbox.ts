// The fake's outbox.
import { act } from "./actions";
import { type FakeState, failed, type HandlersOf } from "./index";

type Names =
  | "outbox_list"
  | "outbox_discard_preview"
  | "outbox_discard"
  | "outbox_retry"
  | "outbox_retry_all"
  | "outbox_export";

export function outboxCommands(state: FakeState): HandlersOf<Names> {
  const list = () =>
    [...state.rows.values()]
      .flatMap((row) => state.outboxItem(row) ?? [])
      .sort((a, b) => a.edited_at - b.edited_at);
  const rowOf = (op_id: string) => {
    for (const row of state.rows.values()) if (row.entry?.op_id === op_id) return row;
    throw failed("not_found", `no change ${op_id}`);
  };
  return {
    outbox_list: list,
    outbox_discard_preview: ({ op_id }) => {
      const row = rowOf(op_id);
      const item = state.outboxItem(row);
      return {
        effect:
          item?.kind === "insert"
            ? "record_goes"
            : item?.kind === "delete"
              ? "record_returns"
              : "fields_return",
        changes: (item?.changes ?? []).map((change) => ({
          column: change.column,
          old: change.new,
          new: change.old,
          old_title: change.new_title,
          new_title: change.old_title,
        })),
        also_discards: 0,
      };
    },
    outbox_discard: ({ op_id }) => {
      const row = rowOf(op_id);
      return act(state, [row], "discard", (each) => {
        if (each.entry?.kind === "insert") each.deleted = true;
        if (each.entry?.kind === "delete") each.deleted = false;
        if (each.entry?.kind === "update") each.fields = { ...each.fields, ...each.entry.before };
        Object.assign(each, { entry: null, mark: "synced", refusal: null, conflict: null });
      });
    },
    outbox_retry: ({ op_id }) => {
      const row = rowOf(op_id);
      row.mark = "waiting";
      row.refusal = null;
      state.recordsChanged("person", row.table, [row.id]);
      return {};
    },
    outbox_retry_all: () => {
      for (const row of state.rows.values()) {
        if (row.mark !== "refused") continue;
        row.mark = "waiting";
        row.refusal = null;
        state.recordsChanged("person", row.table, [row.id]);
      }
      return {};
    },
    outbox_export: () => ({
      file_name: "landfall-outbox.ndjson",
      text: list()
        .map((item) => JSON.stringify(item))
        .join("\n"),
    }),
  };
}
