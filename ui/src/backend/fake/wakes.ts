// The fake's wakes: a stream that is open, a push channel that works, and tests that arrive.
import type { ChannelHealth, Commands } from "../bindings";
import { type FakeState, failed, type HandlersOf } from "./index";

type Names = "wake_status" | "wake_health" | "wake_test" | "wake_tags_set";

const MINUTE = 60_000;

export interface FakeWakes {
  status: Commands["wake_status"]["result"];
  health: ChannelHealth | null;
  /** How long a test takes to arrive; null: it is lost. */
  arrivesAfter: number | null;
}

export function sampleWakes(now: number): FakeWakes {
  return {
    status: {
      listening_since: now - 43 * MINUTE,
      last_by_stream: now - 3 * MINUTE,
      last_by_push: now - 9 * 60 * MINUTE,
      last_by_timer: null,
      channel: "web_push",
      tags: ["Salzburg"],
    },
    health: {
      way: "web_push",
      state: "healthy",
      last_sent_at: now - 9 * 60 * MINUTE,
      last_accepted_at: now - 9 * 60 * MINUTE,
      failures: 0,
      last_failure: null,
    },
    arrivesAfter: 40,
  };
}

export function wakeCommands(state: FakeState): HandlersOf<Names> {
  const set = (patch: Partial<FakeWakes["status"]>) => {
    state.wakes.status = { ...state.wakes.status, ...patch };
    state.changed("sync", { kind: "wakes", table: null, ids: [] });
  };
  const online = () => {
    if (state.status.work_offline) throw failed("unreachable", "the person works offline");
  };
  return {
    wake_status: () => ({
      ...state.wakes.status,
      listening_since: state.status.work_offline ? null : state.wakes.status.listening_since,
    }),
    wake_health: () => {
      online();
      return {
        server_pushes_by: ["web_push"],
        channel: state.settings.background_sync ? state.wakes.health : null,
      };
    },
    wake_test: () => {
      online();
      const asked_at = state.now();
      const { arrivesAfter, health } = state.wakes;
      const isPushed = state.settings.background_sync && health !== null;
      if (arrivesAfter !== null)
        setTimeout(() => {
          const at = asked_at + arrivesAfter;
          set({
            last_by_stream: at,
            ...(isPushed && health.state !== "dead" ? { last_by_push: at + 250 } : {}),
          });
        }, 0);
      const tests: Commands["wake_test"]["result"]["tests"] = [{ way: "stream", outcome: { kind: "sent" } }];
      if (isPushed)
        tests.push({
          way: health.way,
          outcome:
            health.state === "dead"
              ? { kind: "refused", status: 410, message: "the subscription has expired" }
              : { kind: "sent" },
        });
      return { asked_at, tests };
    },
    wake_tags_set: ({ tags }) => {
      set({ tags });
      return {};
    },
  };
}
