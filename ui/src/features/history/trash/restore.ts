// Bringing deleted records back: a new change, undoable.
import { undoable } from "@/app/undo";
import { call, type LeftInTrash, type RecordRef, type TrashItem } from "@/backend";
import { failureWords, toast } from "@/components";
import { formatCount, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "history");

/** Takes a record out of the trash. Answers whether it worked; if not, the person has been told why. */
export async function restoreRecord({ table, id }: RecordRef, title: string): Promise<boolean> {
  try {
    const done = await call("record_undelete", { table, id });
    undoable(done, t("trash.restored", { title }));
    return true;
  } catch (reason) {
    toast({ text: failureWords(reason) });
    return false;
  }
}

/** Takes records out of the trash as one action, and says so. Answers what stays; null when it failed. */
export async function restoreMany(items: TrashItem[]): Promise<LeftInTrash[] | null> {
  try {
    const records = items.map(({ table, id }) => ({ table, id }));
    const { done, left } = await call("records_undelete", { records });
    const stay = left.length > 0 ? t("trash.stay", { count: left.length, n: formatCount(left.length) }) : "";
    if (done) undoable(done, stay ? `${back(items, done.records)}. ${stay}` : back(items, done.records));
    else toast({ text: stay || t("trash.nothing_back") });
    return left;
  } catch (reason) {
    toast({ text: failureWords(reason) });
    return null;
  }
}

function back(items: TrashItem[], count: number): string {
  const [first] = items;
  if (items.length === 1 && first) return t("trash.restored", { title: titleOf(first) });
  return t("trash.restored_many", { count, n: formatCount(count) });
}

/** What a deleted record is called. */
export const titleOf = ({ title, id }: { title: string; id: string }) => title || id.slice(0, 8);
