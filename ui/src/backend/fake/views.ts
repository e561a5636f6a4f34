// Lists in the fake: search, conditions, chip, sort; the order is frozen when a view is opened.
import type { Condition, FieldValue, RecordRow, SortKey, Table, ViewOpenArgs } from "../bindings";
import { type Row, text } from "./data";

export function matching(rows: Iterable<Row>, table: Table, args: ViewOpenArgs): string[] {
  const words = (args.search ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const textColumns = table.columns
    .filter(({ kind }) => kind.type === "text" || kind.type === "long_text" || kind.type === "link")
    .map((column) => column.name);
  const found: Row[] = [];
  for (const row of rows) {
    if (row.table !== table.name || row.deleted) continue;
    if (args.chip === "changed_by_others" ? !row.others : args.chip && row.mark !== args.chip) continue;
    if (!(args.conditions ?? []).every((condition) => holds(row.fields[condition.column], condition)))
      continue;
    if (words.length > 0) {
      const all = textColumns.map((name) => ` ${text(row.fields[name]).toLocaleLowerCase()}`).join(" ");
      if (!words.every((word) => all.includes(` ${word}`))) continue;
    }
    found.push(row);
  }
  const keys: SortKey[] = args.sort?.length ? args.sort : [{ column: table.title, descending: false }];
  found.sort((a, b) => {
    for (const key of keys) {
      const order = compare(sortValue(a, key.column), sortValue(b, key.column));
      if (order !== 0) return key.descending ? -order : order;
    }
    return a.id < b.id ? -1 : 1;
  });
  return found.map((row) => row.id);
}

const sortValue = (row: Row, column: string): FieldValue =>
  column === "updated_at"
    ? row.updated_at
    : column === "created_at"
      ? row.created_at
      : (row.fields[column] ?? null);

function compare(a: FieldValue, b: FieldValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true, sensitivity: "base" });
}

function holds(value: FieldValue | undefined, { operator, value: wanted }: Condition): boolean {
  const empty =
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  const is = Array.isArray(value) ? value.includes(String(wanted)) : value === wanted;
  switch (operator) {
    case "is":
      return is;
    case "is_not":
      return !is;
    case "contains":
      return text(value).toLocaleLowerCase().includes(String(wanted).toLocaleLowerCase());
    case "less":
      return !empty && compare(value as FieldValue, wanted) < 0;
    case "greater":
      return !empty && compare(value as FieldValue, wanted) > 0;
    case "is_empty":
      return empty;
    case "is_not_empty":
      return !empty;
  }
}

export function recordRow(row: Row, table: Table, titleOf: (id: string) => string): RecordRow {
  const fields = { ...row.fields };
  const reference_titles: Record<string, string> = {};
  for (const { name, kind } of table.columns) {
    if (kind.type === "long_text") delete fields[name];
    const value = fields[name];
    if (kind.type === "reference" && typeof value === "string") reference_titles[name] = titleOf(value);
  }
  return {
    id: row.id,
    title: text(row.fields[table.title]) || row.id.slice(0, 8),
    mark: row.mark,
    fields,
    reference_titles,
    updated_at: row.updated_at,
    changed_by_others: row.others ? { who: row.others.who, at: row.others.at } : null,
    gone: row.deleted,
  };
}
