import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Reachability } from "@/backend";
import { expectNoAxeViolations, fakeHost, renderUi } from "@/test";
import { ConnectScreen } from "./ConnectScreen";
import { reachWords } from "./words";

const kinds: Reachability["kind"][] = [
  "online",
  "work_offline",
  "bad_address",
  "name_not_found",
  "refused",
  "timed_out",
  "captive_portal",
  "not_landfall",
  "unauthorized",
  "cut_off",
  "update_needed",
];

describe("connecting", () => {
  it("has its own words for whatever a server may meet (U27)", () => {
    const all = [
      ...kinds.map((kind) => reachWords({ kind } as Reachability)),
      reachWords({ kind: "insecure", clock_skew_seconds: null }),
      reachWords({ kind: "insecure", clock_skew_seconds: 7200 }),
      reachWords({ kind: "server_trouble", status: 503 }),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const words of all) expect(words).not.toContain("reach.");
  });

  it("looks for the server when typing stops, and says what is there (U63)", async () => {
    const { user, container } = renderUi(<ConnectScreen />, fakeHost({ notConnected: true }));
    const server = await screen.findByRole("textbox", { name: "Server address" });
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Name of this device" }).value).toBe(
      "This laptop",
    );
    await user.type(server, "down.example");
    await screen.findByText(/nothing answers at this address/, undefined, { timeout: 3_000 });
    await user.clear(server);
    await user.type(server, "records.example");
    await screen.findByText(/Landfall 0\.1\.0 answers at http:\/\/records\.example/, undefined, {
      timeout: 3_000,
    });
    await expectNoAxeViolations(container);
  });

  it("says at the field what is missing or not accepted, and keeps what was typed", async () => {
    const fake = fakeHost({ notConnected: true });
    const { user } = renderUi(<ConnectScreen />, fake);
    const server = await screen.findByRole("textbox", { name: "Server address" });
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText("Enter the server's address.");
    expect(document.activeElement).toBe(server);
    await user.type(server, "records.example");
    const token = screen.getByLabelText<HTMLInputElement>("Device token");
    expect(token.type).toBe("password");
    await user.type(token, "bad");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText(/does not accept this token/);
    expect(token.value).toBe("bad");
    expect(fake.state.connected).toBe(false);
    await user.type(token, "-but-longer");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await waitFor(() => expect(fake.state.connected).toBe(true));
  });
});
