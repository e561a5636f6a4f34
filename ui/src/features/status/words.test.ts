import { describe, expect, it } from "vitest";
import type { SyncStatus } from "@/backend";
import { createFake } from "@/backend/fake";
import { headline, reachWords, shortWords, situation } from "./words";

const calm: SyncStatus = { ...createFake({ rows: 1 }).state.status, waiting: 0, refused: 0, conflicts: 0 };
const of = (patch: Partial<SyncStatus>) => shortWords({ ...calm, ...patch });

describe("the status button's words (U25)", () => {
  it("names each situation", () => {
    expect(of({})).toBe("Synced");
    expect(of({ state: "pushing", progress: { direction: "sending", done: 120, total: 800 } })).toBe(
      "Syncing 120/800",
    );
    expect(of({ state: "pulling", progress: { direction: "receiving", done: 1200, total: null } })).toBe(
      "Syncing 1,200",
    );
    expect(of({ waiting: 3 })).toBe("3 waiting");
    expect(of({ state: "offline", waiting: 3 })).toBe("Offline, 3 waiting");
    expect(of({ state: "paused", automatic: false })).toBe("Paused");
    expect(of({ conflicts: 1, refused: 1, waiting: 3 })).toBe("Needs you (2)");
    expect(of({ state: "sign_in_needed" })).toBe("Sign in again");
    expect(of({ state: "update_needed" })).toBe("Update needed");
  });

  it("shows what needs the person before what goes on by itself", () => {
    expect(situation({ ...calm, state: "offline", conflicts: 1 })).toBe("needs_you");
  });

  it("counts in the plural where it should", () => {
    expect(headline({ ...calm, waiting: 1 })).toBe("1 change waits on this device");
    expect(headline({ ...calm, waiting: 2 })).toBe("2 changes wait on this device");
  });

  it("tells apart what stands between device and server (U27)", () => {
    const words = new Set(
      (
        [
          "bad_address",
          "name_not_found",
          "refused",
          "timed_out",
          "captive_portal",
          "not_landfall",
          "unauthorized",
          "cut_off",
        ] as const
      ).map((kind) => reachWords({ kind })),
    );
    expect(words.size).toBe(8);
    expect(reachWords({ kind: "insecure", clock_skew_seconds: 9000 })).toContain("clock");
  });
});
