// The fake's app: connection, settings, saved views, diagnostics.
import { type FakeState, failed, type HandlersOf } from "./index";
import { schema } from "./schema";

type Names =
  | "app_state"
  | "settings_get"
  | "settings_set"
  | "workspace_check"
  | "workspace_connect"
  | "workspace_disconnect"
  | "table_purge"
  | "diagnostics_get"
  | "saved_view_list"
  | "saved_view_save"
  | "saved_view_delete";

export function appCommands(state: FakeState): HandlersOf<Names> {
  const app = () => ({
    app_version: "0.1.0",
    workspace: state.connected
      ? {
          name: schema.name,
          server_url: "http://127.0.0.1:8787",
          device_id: "dev-1",
          device_name: state.status.device_name,
          token_kept_in: "keyring" as const,
          schema,
          table_protocol: state.tableProtocol,
          table_sign_in: state.tableProtocol && ("bearer" as const),
        }
      : null,
    settings: state.settings,
    suggested_device_name: "This laptop",
  });
  const appChanged = () => state.changed("person", { kind: "app", table: null, ids: [] });
  return {
    app_state: app,
    settings_get: () => state.settings,
    settings_set: ({ notifications, ...patch }) => {
      const settings = state.settings;
      Object.assign(settings, given(patch));
      Object.assign(settings.notifications, given(notifications ?? {}));
      state.status = {
        ...state.status,
        automatic: settings.automatic_sync,
        work_offline: settings.work_offline,
      };
      appChanged();
      return settings;
    },
    workspace_check: ({ server_url }) => {
      if (/\s/.test(server_url) || !server_url.trim())
        return { kind: "problem", reachability: { kind: "bad_address" } };
      if (server_url.includes("azure")) return { kind: "problem", reachability: { kind: "not_landfall" } };
      if (server_url.includes("down")) return { kind: "problem", reachability: { kind: "refused" } };
      return {
        kind: "ready",
        server_url: server_url.includes("://") ? server_url : `http://${server_url}`,
        version: "0.1.0",
      };
    },
    workspace_connect: ({ token, device_name, tables }) => {
      if (typeof tables?.schema === "string" && !tables.schema.includes("[[table]]"))
        throw failed("bad_schema", "line 2: expected [[table]]; a schema begins its tables with it");
      if (token.length < 4 && tables?.sign_in !== "none") throw failed("unauthorized", "401");
      state.tableProtocol = tables ? "v2" : null;
      state.connected = true;
      state.status = { ...state.status, state: "idle", device_name };
      appChanged();
      return app();
    },
    workspace_disconnect: ({ erase }) => {
      if (state.status.waiting > 0 && !erase) throw failed("edits_waiting", "edits wait");
      state.connected = false;
      state.status = { ...state.status, state: "not_connected" };
      appChanged();
      return app();
    },
    table_purge: ({ table, force }) => {
      const rows = [...state.rows.values()].filter((row) => row.table === table);
      if (!force && rows.some((row) => row.entry)) throw failed("edits_waiting", "edits wait");
      for (const row of rows) state.rows.delete(row.id);
      state.recordsChanged("person", table, []);
      return {};
    },
    diagnostics_get: () => ({
      at: state.now(),
      facts: [
        { name: "app version", value: "0.1.0" },
        { name: "device", value: "dev-1" },
        { name: "records", value: String(state.rows.size) },
        { name: "waiting changes", value: String(state.status.waiting) },
      ],
      integrity: "ok",
    }),
    saved_view_list: ({ table }) => state.saved.filter((view) => view.table === table),
    saved_view_save: (view) => {
      const at = state.saved.findIndex((each) => each.table === view.table && each.name === view.name);
      if (at < 0) state.saved.push(view);
      else state.saved[at] = view;
      state.changed("person", { kind: "views", table: view.table, ids: [] });
      return {};
    },
    saved_view_delete: ({ table, name }) => {
      const at = state.saved.findIndex((each) => each.table === table && each.name === name);
      if (at >= 0) state.saved.splice(at, 1);
      state.changed("person", { kind: "views", table, ids: [] });
      return {};
    },
  };
}

/** What a change speaks of. */
function given<T extends object>(patch: T) {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
