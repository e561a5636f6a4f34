// What the list shows, as the address carries it (U11): search, sort, chip, conditions, columns, name of the view.
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Chip, Condition, FieldValue, Operator, SortKey, Table, ViewOpenArgs } from "@/backend";

export interface ListState {
  search: string;
  sort: SortKey[];
  chip: Chip | null;
  conditions: Condition[];
  /** Shown columns in order; none: the usual ones. */
  columns: string[] | null;
  /** Name of the saved view that this began as. */
  view: string | null;
}

export const emptyState: ListState = {
  search: "",
  sort: [],
  chip: null,
  conditions: [],
  columns: null,
  view: null,
};

const CHIPS: readonly Chip[] = ["waiting", "conflict", "refused", "changed_by_others"];
const OPERATORS: readonly Operator[] = [
  "is",
  "is_not",
  "contains",
  "less",
  "greater",
  "is_empty",
  "is_not_empty",
];

/** The columns that every table can be sorted by and show. */
export const SYSTEM_COLUMNS = ["updated_at", "created_at"] as const;

/** Reads the state from the address; what does not fit the table (any more) is left out. */
export function readState(search: Record<string, unknown>, table: Table): ListState {
  const text = (name: string) => (typeof search[name] === "string" ? (search[name] as string) : "");
  const known = new Set<string>([...table.columns.map((column) => column.name), ...SYSTEM_COLUMNS]);
  const sort = text("sort")
    .split(",")
    .filter(Boolean)
    .map((key): SortKey => ({ column: key.replace(/^-/, ""), descending: key.startsWith("-") }))
    .filter((key) => known.has(key.column));
  const columns = text("cols")
    .split(",")
    .filter((name) => known.has(name));
  return {
    search: text("q"),
    sort,
    chip: CHIPS.find((chip) => chip === text("chip")) ?? null,
    conditions: readConditions(text("where")).filter((condition) => known.has(condition.column)),
    columns: columns.length > 0 ? columns : null,
    view: text("view") || null,
  };
}

function readConditions(text: string): Condition[] {
  if (!text) return [];
  try {
    const list = JSON.parse(text) as unknown;
    if (!Array.isArray(list)) return [];
    return list.flatMap((each: unknown): Condition[] => {
      if (!Array.isArray(each) || typeof each[0] !== "string") return [];
      const operator = OPERATORS.find((one) => one === each[1]);
      return operator ? [{ column: each[0], operator, value: (each[2] ?? null) as FieldValue }] : [];
    });
  } catch {
    return []; // An address cut short or edited by hand: the list shows without conditions.
  }
}

/** The state as search parameters; what is usual is left out. */
export function writeState(state: ListState): Record<string, string | undefined> {
  return {
    q: state.search || undefined,
    sort: state.sort.map((key) => (key.descending ? "-" : "") + key.column).join(",") || undefined,
    chip: state.chip ?? undefined,
    where:
      state.conditions.length > 0
        ? JSON.stringify(state.conditions.map(({ column, operator, value }) => [column, operator, value]))
        : undefined,
    cols: state.columns?.join(",") || undefined,
    view: state.view ?? undefined,
  };
}

/** The state as a query string, for saved views. */
export function stateQuery(state: ListState): string {
  const given = Object.entries(writeState({ ...state, view: null })).filter(
    (entry): entry is [string, string] => Boolean(entry[1]),
  );
  return new URLSearchParams(given).toString();
}

export function openArgs(table: Table, state: ListState): ViewOpenArgs {
  return {
    table: table.name,
    search: state.search,
    sort: state.sort,
    conditions: state.conditions,
    chip: state.chip,
  };
}

export const isFiltered = (state: ListState) =>
  state.search !== "" || state.chip !== null || state.conditions.length > 0;

/** The list's state and how to change it. The open record stays open. */
export function useListState(table: Table): [ListState, (patch: Partial<ListState>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = readState(search, table);
  const set = (patch: Partial<ListState>) =>
    void navigate({ to: ".", search: writeState({ ...state, ...patch }) as never, replace: true });
  return [state, set];
}
