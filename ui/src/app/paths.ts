// The places of the app, as `href`s. Use them in links and with `go` (history.ts).
const at = (...parts: string[]) => `#/${parts.map(encodeURIComponent).join("/")}`;

export const paths = {
  home: () => "#/",
  connect: () => at("connect"),
  table: (table: string, query = "") => at("t", table) + (query ? `?${query}` : ""),
  record: (table: string, id: string) => at("t", table, id),
  newRecord: (table: string, id: string) => at("t", table, "new", id),
  conflicts: (query = "") => at("conflicts") + (query ? `?${query}` : ""),
  conflict: (table: string, id: string) => at("conflicts", table, id),
  merged: () => at("conflicts", "merged"),
  /** A record's history, or that of one of its fields. */
  history: (table: string, id: string, column?: string) =>
    column ? at("t", table, id, "history", column) : at("t", table, id, "history"),
  trash: (table?: string) => at("trash") + (table ? `?table=${encodeURIComponent(table)}` : ""),
  outbox: () => at("outbox"),
  log: () => at("log"),
  settings: () => at("settings"),
  diagnostics: () => at("diagnostics"),
};
