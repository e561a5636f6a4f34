// The columns of the grid: which, how wide, in which order.
import type { Column, Table } from "@/backend";
import { i18next } from "@/i18n";

export interface GridColumn {
  name: string;
  label: string;
  /** A grid track. */
  track: string;
  isNumber: boolean;
  /** None for the moments that every record has. */
  column: Column | null;
}

const MOST_USUAL = 8;

const isListed = (column: Column) => column.kind.type !== "long_text";

/** A column is never narrower than its name. */
function track({ kind, label }: Column): string {
  const short = (rem: number) => `${Math.max(rem, label.length * 0.5 + 1.75)}rem`;
  switch (kind.type) {
    case "text":
      return kind.max_length !== null && kind.max_length <= 8 ? short(5) : "minmax(8rem, 1fr)";
    case "integer":
    case "real":
      return short(6.5);
    case "boolean":
      return short(5);
    case "date":
      return short(7.5);
    case "date_time":
      return "11.5rem";
    case "choice":
      return short(7.5);
    case "location":
      return "13rem";
    default:
      return "minmax(9rem, 1fr)";
  }
}

/** Every column that can be shown, the title first. */
export function allColumns(table: Table): GridColumn[] {
  const listed = table.columns.filter(isListed);
  const title = listed.filter((column) => column.name === table.title);
  const others = listed.filter((column) => column.name !== table.title);
  const moment = (name: "updated_at" | "created_at"): GridColumn => ({
    name,
    label: i18next.t(`column.${name}`, { ns: "records" }),
    track: "11.5rem",
    isNumber: false,
    column: null,
  });
  return [
    ...[...title, ...others].map(
      (column): GridColumn => ({
        name: column.name,
        label: column.label,
        track: column.name === table.title ? "minmax(13rem, 2fr)" : track(column),
        isNumber: column.kind.type === "integer" || column.kind.type === "real",
        column,
      }),
    ),
    moment("updated_at"),
    moment("created_at"),
  ];
}

export function shownColumns(table: Table, chosen: string[] | null): GridColumn[] {
  const all = allColumns(table);
  if (!chosen) return all.filter((column) => column.column !== null).slice(0, MOST_USUAL);
  const title = all[0];
  const rest = chosen.flatMap((name) => all.find((column) => column.name === name && column !== title) ?? []);
  return title ? [title, ...rest] : rest;
}
