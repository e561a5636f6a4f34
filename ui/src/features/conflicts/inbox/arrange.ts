// What the inbox shows, and in which order: filters, sort and groups, all in the address (U40). Pure.
import type { ConflictItem, ConflictKind, RecordRef, Schema } from "@/backend";
import { i18next } from "@/i18n";
import { kinds, nameOf, tableOf } from "../words";

export const sorts = ["newest", "oldest", "title", "who"] as const;
export const groupings = ["none", "table", "kind", "who"] as const;
export type Sort = (typeof sorts)[number];
export type Grouping = (typeof groupings)[number];

export interface Arrangement {
  search: string;
  table: string | null;
  kind: ConflictKind | null;
  column: string | null;
  sort: Sort;
  group: Grouping;
}

export function fromQuery(query: Record<string, string | undefined>): Arrangement {
  return {
    search: query.q ?? "",
    table: query.table ?? null,
    kind: kinds.find((kind) => kind === query.kind) ?? null,
    column: query.field ?? null,
    sort: sorts.find((sort) => sort === query.sort) ?? "newest",
    group: groupings.find((group) => group === query.group) ?? "none",
  };
}

export function toQuery({ search, table, kind, column, sort, group }: Arrangement): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string | null) => {
    if (value) query.set(name, value);
  };
  set("q", search.trim() || null);
  set("table", table);
  set("kind", kind);
  set("field", column);
  set("sort", sort === "newest" ? null : sort);
  set("group", group === "none" ? null : group);
  return query.toString();
}

export const isFiltered = ({ search, table, kind, column }: Arrangement): boolean =>
  search.trim() !== "" || table !== null || kind !== null || column !== null;

const fits = (item: ConflictItem, { table, kind, column }: Arrangement, words: string[]): boolean =>
  (table === null || item.table === table) &&
  (kind === null || item.kind === kind) &&
  (column === null || item.columns.includes(column)) &&
  words.every((word) => item.title.toLocaleLowerCase().includes(word));

function compare(a: ConflictItem, b: ConflictItem, sort: Sort): number {
  switch (sort) {
    case "newest":
      return b.found_at - a.found_at;
    case "oldest":
      return a.found_at - b.found_at;
    case "title":
      return a.title.localeCompare(b.title, undefined, { numeric: true });
    case "who":
      return nameOf(a.theirs).localeCompare(nameOf(b.theirs)) || b.found_at - a.found_at;
  }
}

export interface Group {
  id: string;
  /** None where nothing is grouped. */
  title: string | null;
  items: ConflictItem[];
}

const t = i18next.getFixedT(null, "conflicts");

export function arranged(items: ConflictItem[], arrangement: Arrangement, schema: Schema): Group[] {
  const words = arrangement.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const shown = items
    .filter((item) => fits(item, arrangement, words))
    .sort((a, b) => compare(a, b, arrangement.sort));
  const { group } = arrangement;
  if (group === "none") return shown.length > 0 ? [{ id: "all", title: null, items: shown }] : [];
  const groups = new Map<string, Group>();
  for (const item of shown) {
    const [id, title] =
      group === "table"
        ? [item.table, tableOf(schema, item.table)?.label ?? item.table]
        : group === "kind"
          ? [item.kind, t(`kind.${item.kind}`)]
          : item.theirs
            ? [item.theirs.who, item.theirs.who || t("Someone")]
            : ["server", t("row.server")];
    const found = groups.get(id) ?? { id, title, items: [] };
    groups.set(id, found);
    found.items.push(item);
  }
  return [...groups.values()];
}

export const refOf = ({ table, id }: RecordRef): RecordRef => ({ table, id });
export const keyOf = ({ table, id }: RecordRef): string => `${table}/${id}`;

/** The columns that are in conflict anywhere, to filter by. */
export function columnsIn(items: ConflictItem[], schema: Schema): { id: string; label: string }[] {
  const labels = new Map<string, string>();
  for (const item of items)
    for (const name of item.columns) {
      const column = tableOf(schema, item.table)?.columns.find((each) => each.name === name);
      if (!labels.has(name)) labels.set(name, column?.label ?? name);
    }
  return [...labels].map(([id, label]) => ({ id, label })).sort((a, b) => a.label.localeCompare(b.label));
}
