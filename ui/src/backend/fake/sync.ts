// The fake's sync: status, runs that "send" what waits, the log.
import type { SyncStarted } from "../bindings";
import type { FakeState, HandlersOf } from "./index";
import { taken } from "./stories";

type Names =
  | "sync_status"
  | "sync_now"
  | "sync_push"
  | "sync_pull"
  | "sync_set_automatic"
  | "work_offline_set"
  | "sync_log";

export function syncCommands(state: FakeState): HandlersOf<Names> {
  const set = (patch: Partial<FakeState["status"]>) => {
    state.status = { ...state.status, ...patch };
    state.changed("sync", { kind: "status", table: null, ids: [] });
  };
  const finish = () => {
    const sent = [...state.rows.values()].filter((row) => row.mark === "waiting");
    for (const row of sent) {
      row.mark = "synced";
      row.entry = null;
      row.on_server = true;
      taken(state, row);
    }
    state.log.unshift({
      id: state.log.length + 1,
      at: state.now(),
      kind: "sent",
      table: sent[0]?.table ?? null,
      record_ids: sent.slice(0, 20).map((row) => row.id),
      count: sent.length,
      code: "sent",
    });
    for (const table of new Set(sent.map((row) => row.table)))
      state.recordsChanged(
        "sync",
        table,
        sent.filter((row) => row.table === table).map((row) => row.id),
      );
    state.changed("sync", { kind: "log", table: null, ids: [] });
    set({
      state: state.status.automatic ? "idle" : "paused",
      progress: null,
      last_success: state.now(),
      last_sent: sent.length,
      last_received: 0,
    });
  };
  const start = (): SyncStarted => {
    if (!state.connected) return "not_connected";
    if (state.status.work_offline) return "work_offline";
    if (state.status.state === "pushing") return "already_running";
    set({ state: "pushing", progress: { direction: "sending", done: 0, total: state.status.waiting } });
    if (state.options.live) setTimeout(finish, 1_500);
    else queueMicrotask(finish);
    return "started";
  };
  return {
    sync_status: () => state.status,
    sync_now: start,
    sync_push: start,
    sync_pull: start,
    sync_set_automatic: ({ on }) => {
      state.settings = { ...state.settings, automatic_sync: on };
      set({ automatic: on, state: on ? "idle" : "paused" });
      state.changed("person", { kind: "app", table: null, ids: [] });
      return {};
    },
    work_offline_set: ({ on }) => {
      state.settings = { ...state.settings, work_offline: on };
      set({
        work_offline: on,
        state: on ? "offline" : state.status.automatic ? "idle" : "paused",
        reachability: { kind: on ? "work_offline" : "online" },
        offline_with_waiting_since: on && state.status.waiting > 0 ? state.now() : null,
      });
      state.changed("person", { kind: "app", table: null, ids: [] });
      return {};
    },
    sync_log: ({ kind, limit }) => state.log.filter((entry) => !kind || entry.kind === kind).slice(0, limit),
  };
}
