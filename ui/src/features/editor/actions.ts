// What can be done to a whole record. Each is undoable or asks first.
import { announce } from "@/app/announce";
import { go } from "@/app/history";
import { paths } from "@/app/paths";
import { copyText } from "@/app/textOut";
import { undoable } from "@/app/undo";
import { call, type Fields, type RecordRef } from "@/backend";
import { failureWords, toast } from "@/components";
import { i18next } from "@/i18n";
import { focusList } from "./focus";

const t = i18next.getFixedT(null, "editor");

/** Runs an action and says it when it fails. */
async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (reason) {
    const text = failureWords(reason);
    toast({ text });
    announce(text);
  }
}

/** Leaves the record for its list. */
export function closeRecord(table: string): void {
  go(paths.table(table), { keepSearch: true });
  focusList();
}

export const deleteRecord = ({ table, id }: RecordRef, title: string) =>
  attempt(async () => {
    const done = await call("record_delete", { table, id });
    closeRecord(table);
    undoable(done, t("deleted", { title }));
  });

export const revertRecord = ({ table, id }: RecordRef, title: string) =>
  attempt(async () => undoable(await call("record_revert", { table, id }), t("reverted", { title })));

/** Begins a new record and opens it. */
export const beginRecord = (table: string, fields: Fields = {}, copy_of: string | null = null) =>
  attempt(async () => {
    const begun = await call("record_new", { table, copy_of, fields });
    go(paths.newRecord(table, begun.id), { keepSearch: true });
  });

export const copyLink = ({ table, id }: RecordRef) =>
  attempt(async () => {
    // Without the page's query: over the bridge it may hold the one-time token.
    const { origin, pathname } = window.location;
    await copyText(`${origin}${pathname}${paths.record(table, id)}`);
    toast({ text: t("copy_link.done") });
  });

export const undoField = (ref: RecordRef, column: string, label: string) =>
  attempt(async () => {
    await call("field_undo", { table: ref.table, id: ref.id, column });
    announce(t("field.undone", { label }));
  });

export const retryChange = (op_id: string) =>
  attempt(async () => {
    await call("outbox_retry", { op_id });
    toast({ text: t("refused.retried") });
  });

export const discardChange = (op_id: string, text: string) =>
  attempt(async () => undoable(await call("outbox_discard", { op_id }), text));
