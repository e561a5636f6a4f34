// Kinds, people and fields of a conflict, in words and icons.
import {
  CopyPlus,
  GitMerge,
  type LucideIcon,
  OctagonAlert,
  PenLine,
  Trash2,
  Unlink,
  UserRoundX,
} from "lucide-react";
import type { ConflictDetail, ConflictKind, Schema, Table, WhoWhen } from "@/backend";
import { formatCount, formatList, formatWhen, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "conflicts");

export const kinds: ConflictKind[] = [
  "fields",
  "edited_here_deleted_there",
  "deleted_here_edited_there",
  "inserted_twice",
  "unique_taken",
  "parent_missing",
  "refused",
];

export const kindIcon: Record<ConflictKind, LucideIcon> = {
  fields: GitMerge,
  edited_here_deleted_there: Trash2,
  deleted_here_edited_there: PenLine,
  inserted_twice: CopyPlus,
  unique_taken: UserRoundX,
  parent_missing: Unlink,
  refused: OctagonAlert,
};

/** The last three kinds were found by the server, which refused the change. */
export const isRefused = (kind: ConflictKind): boolean =>
  kind === "unique_taken" || kind === "parent_missing" || kind === "refused";

/** A name, or *someone else* in the midst of a sentence. */
export const nameOf = (side: WhoWhen | null): string => side?.who || t("someone");

export const whoWhen = (side: WhoWhen, now: number): string =>
  i18next.t("who.when", { who: side.who || t("Someone"), when: formatWhen(side.at, now) });

export const columnOf = (table: Table | undefined, name: string) =>
  table?.columns.find((column) => column.name === name);

export const labelOf = (table: Table | undefined, name: string): string =>
  columnOf(table, name)?.label ?? name;

export const tableOf = (schema: Schema, name: string): Table | undefined =>
  schema.tables.find((table) => table.name === name);

export const fieldList = (table: Table | undefined, columns: string[]): string =>
  formatList(columns.map((column) => labelOf(table, column)));

/** What happened, in one sentence: the dialog's second line. */
export function happened(detail: ConflictDetail, table: Table): string {
  const who = nameOf(detail.theirs);
  switch (detail.kind) {
    case "fields":
      return t("title.fields", { count: detail.fields.length, n: formatCount(detail.fields.length) });
    case "unique_taken": {
      const [field] = detail.fields;
      return field
        ? t("title.unique_taken", { field: labelOf(table, field.column) })
        : t("title.unique_taken.plain");
    }
    default:
      return t(`title.${detail.kind}`, { who });
  }
}
