// The name of an action: "Change Status of 12 records" (U53).
import type { ActionInfo, Schema } from "@/backend";
import { formatCount, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "undo");

/** What was done, as a name to put behind *Undo*. */
export function actionName(info: ActionInfo, schema: Schema | undefined): string {
  const { verb, records } = info;
  const column = info.column ? columnLabel(info, schema) : null;
  const many = { count: records, n: formatCount(records) };
  if (records !== 1) {
    return verb === "update" && column
      ? t("update.many.column", { ...many, column })
      : t(`${verb}.many`, many);
  }
  const title = info.title || t("untitled");
  if (column && (verb === "update" || verb === "restore" || verb === "revert"))
    return t(`${verb}.column`, { column, title });
  return t(`${verb}.one`, { title });
}

function columnLabel({ table, column }: ActionInfo, schema: Schema | undefined): string | null {
  const columns = schema?.tables.find((each) => each.name === table)?.columns;
  return columns?.find((each) => each.name === column)?.label ?? column;
}

/** How many fields an undo left alone, as a sentence; empty for none. */
export const skippedWords = (skipped: number): string =>
  skipped > 0 ? t("skipped", { count: skipped, n: formatCount(skipped) }) : "";
