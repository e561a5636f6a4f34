// The places of the app, as `href`s. Use them in links and with `go` (history.ts).
const at = (...parts: string[]) => `#/${parts.map(encodeURIComponent).join("/")}`;

export const paths = {
  home: () => "#/",
  connect: () => at("connect"),
  table: (table: string, query = "") => at("t", table) + (query ? `?${query}` : ""),
  record: (table: string, id: string) => at("t", table, id),
  newRecord: (table: string, id: string) => at("t", table, "new", id),
  outbox: () => at("outbox"),
  log: () => at("log"),
  settings: () => at("settings"),
  diagnostics: () => at("diagnostics"),
};
