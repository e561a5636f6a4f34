// Bringing a deleted record back: a new change, undoable.
import { undoable } from "@/app/undo";
import { call, type RecordRef } from "@/backend";
import { failureWords, toast } from "@/components";
import { i18next } from "@/i18n";

/** Takes a record out of the trash. Answers whether it worked; if not, the person has been told why. */
export async function restoreRecord({ table, id }: RecordRef, title: string): Promise<boolean> {
  try {
    const done = await call("record_undelete", { table, id });
    undoable(done, i18next.t("trash.restored", { ns: "history", title }));
    return true;
  } catch (reason) {
    toast({ text: failureWords(reason) });
    return false;
  }
}
