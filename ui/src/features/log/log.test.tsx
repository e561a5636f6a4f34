import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SyncLogEntry } from "@/backend";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { LogScreen } from "./LogScreen";
import { entryWords, logText } from "./words";

const entry = (id: number, more: Partial<SyncLogEntry>): SyncLogEntry => ({
  id,
  at: NOW - id * 60_000,
  kind: "sent",
  table: "airfields",
  record_ids: [],
  count: 1,
  code: "sent",
  ...more,
});

describe("the sync log (U30)", () => {
  it("has words for every code that the engine writes", () => {
    const codes =
      "sent received received_in_background merged conflict settled_by_policy refused resumed resync schema checksum_mismatch storage not_connected work_offline bad_address name_not_found unreachable timed_out insecure captive_portal not_landfall unauthorized server_trouble cut_off update_needed too_large";
    for (const code of codes.split(" ")) {
      const words = entryWords(entry(1, { code, count: 2 }));
      expect(words).not.toBe(code);
      expect(words).not.toContain("code.");
    }
    expect(entryWords(entry(1, { code: "from_the_future" }))).toBe("from_the_future");
  });

  it("lists by day, filters by kind and leads to the records", async () => {
    const fake = fakeHost();
    fake.state.log.splice(
      0,
      Number.POSITIVE_INFINITY,
      entry(1, { record_ids: ["air-00001"], count: 1 }),
      entry(2, { kind: "error", code: "timed_out", table: null, count: 0 }),
    );
    const { user, container } = renderUi(<LogScreen />, fake);
    await screen.findByText("1 change sent");
    const link = await screen.findByRole<HTMLAnchorElement>("link");
    expect(link.getAttribute("href")).toBe("#/t/airfields/air-00001");
    await expectNoAxeViolations(container);
    await user.click(screen.getByRole("button", { name: "Errors" }));
    await waitFor(() => expect(screen.queryByText("1 change sent")).toBeNull());
    await screen.findByText("The server did not answer in time");
  });

  it("as text holds no field's value", () => {
    expect(logText([entry(1, { at: 0, record_ids: ["a", "b"], count: 2 })])).toBe(
      "1970-01-01T00:00:00.000Z\tsent\tsent\tairfields\t2\ta,b",
    );
  });
});
