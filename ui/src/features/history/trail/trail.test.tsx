import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { RecordTrail } from "@/backend";
import { formatTime } from "@/i18n";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { TrailLine } from "./TrailLine";
import { shortVersion, trailSteps, trailWhy } from "./words";

const MINUTE = 60_000;
const trail = (more: Partial<RecordTrail>): RecordTrail => ({
  edited_at: NOW - 4 * MINUTE,
  sent_at: NOW - MINUTE,
  attempts: 1,
  applied_at: NOW - MINUTE,
  state: "on_server",
  version: "5d1f3a2c.812",
  version_by: { who: "This laptop", at: NOW - 4 * MINUTE },
  ...more,
});
const EDITED = `Edited ${formatTime(NOW - 4 * MINUTE)}`;
const SENT = `sent ${formatTime(NOW - MINUTE)}`;
const line = (more: Partial<RecordTrail>) => trailSteps(trail(more), NOW).join(" → ");

describe("why isn't my change there? (U32)", () => {
  it("one line says it for every state", () => {
    expect(line({})).toBe(`${EDITED} → ${SENT} → version 812 on the server`);
    expect(line({ edited_at: null, sent_at: null })).toBe("Version 812 on the server");
    expect(line({ edited_at: null, sent_at: null, version: null })).toBe("Not on the server yet");
    expect(line({ state: "waiting", sent_at: null, attempts: 0 })).toBe(`${EDITED} → waiting to be sent`);
    expect(line({ state: "waiting" })).toBe(`${EDITED} → waiting to be sent again`);
    expect(line({ state: "behind" })).toBe(`${EDITED} → waiting behind an earlier change`);
    expect(line({ state: "sending" })).toBe(`${EDITED} → being sent`);
    expect(line({ state: "sending", attempts: 2 })).toBe(`${EDITED} → being sent for the 2nd time`);
    expect(line({ state: "sending", attempts: 3 })).toBe(`${EDITED} → being sent for the 3rd time`);
    expect(line({ state: "sending", attempts: 21 })).toBe(`${EDITED} → being sent for the 21st time`);
    expect(line({ state: "needs_you" })).toBe(`${EDITED} → ${SENT} → needs you`);
    expect(line({ state: "refused" })).toBe(`${EDITED} → ${SENT} → refused by the server`);
    expect(line({ state: "draft" })).toBe("Typed, not saved yet");
  });

  it("says what keeps a waiting change from going", () => {
    expect(trailWhy(trail({ state: "waiting" }), { kind: "online" })).toBe(
      "It goes to the server with the next sync.",
    );
    expect(trailWhy(trail({ state: "waiting" }), { kind: "captive_portal" })).toContain(
      "sign in to it first",
    );
  });

  it("shows of a version what people can tell apart", () => {
    expect(shortVersion("5d1f3a2c.812")).toBe("812");
    expect(shortVersion("0123456789abcdef0123")).toBe("0123456789ab…");
  });

  it("opens to who made the server's version, and closes, by keyboard", async () => {
    const fake = fakeHost();
    fake.answer("record_trail", () => trail({ state: "refused" }));
    const { user, container } = renderUi(<TrailLine table="airfields" id="air-00012" />, fake);
    const button = await screen.findByRole("button", { name: /refused by the server/ });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await user.tab();
    await user.keyboard("{Enter}");
    const region = screen.getByRole("region", { name: "Where this record's latest change is" });
    expect(within(region).getByText("5d1f3a2c.812")).toBeTruthy();
    expect(region.textContent).toContain("Made by");
    expect(region.textContent).toContain("This laptop");
    expect(region.textContent).toContain("Mend it, or discard it.");
    await expectNoAxeViolations(container);
    await user.keyboard("{Enter}");
    expect(within(region).queryByText("5d1f3a2c.812")).toBeNull();
  });

  it("follows the record: edited, then on the server", async () => {
    const fake = fakeHost();
    renderUi(<TrailLine table="airfields" id="air-00012" />, fake);
    await screen.findByText(/version \d+ on the server/);
    await fake.invoke("record_update", { table: "airfields", id: "air-00012", patch: { city: "Ulm" } });
    await screen.findByText("waiting to be sent");
    await fake.invoke("sync_now", {});
    await waitFor(() => expect(screen.queryByText("waiting to be sent")).toBeNull());
    expect(screen.getByText(`sent ${formatTime(NOW)}`)).toBeTruthy();
  });
});
