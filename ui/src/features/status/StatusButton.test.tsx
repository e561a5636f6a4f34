import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { StatusBanner } from "./StatusBanner";
import { StatusButton } from "./StatusButton";

describe("the status button", () => {
  it("opens what it knows, and Sync now answers at once what happens (U26)", async () => {
    const { user, baseElement, fake } = renderUi(<StatusButton />);
    await user.click(await screen.findByRole("button", { name: "Sync status: Needs you (6)" }));
    expect(await screen.findByRole("dialog", { name: "Sync status" })).toBeTruthy();
    expect(screen.getByText("This laptop")).toBeTruthy();
    await expectNoAxeViolations(baseElement);
    await user.click(screen.getByRole("button", { name: "Sync now" }));
    expect(await screen.findByText("Sync started.")).toBeTruthy();
    await user.click(screen.getByRole("switch", { name: "Work offline" }));
    expect(fake.state.status.work_offline).toBe(true);
    await user.click(screen.getByRole("button", { name: "Sync now" }));
    expect(await screen.findByText(/You work offline/)).toBeTruthy();
  });
});

describe("the banner (U29)", () => {
  it("stays away while changes wait for a short time, or on purpose", async () => {
    const fake = fakeHost();
    fake.state.status = {
      ...fake.state.status,
      state: "offline",
      offline_with_waiting_since: Date.now() - 60_000,
    };
    renderUi(
      <>
        <StatusBanner />
        <p>there</p>
      </>,
      fake,
    );
    await screen.findByText("there");
    expect(screen.queryByText(/have waited/)).toBeNull();
  });

  it("comes when changes have waited long, says why and what is safe, and can be sent away", async () => {
    const fake = fakeHost();
    fake.state.status = {
      ...fake.state.status,
      state: "offline",
      waiting: 2,
      reachability: { kind: "captive_portal" },
      offline_with_waiting_since: NOW - 3_600_000,
    };
    const { user } = renderUi(<StatusBanner />, fake);
    const banner = await screen.findByText(/have waited since .* sign in to it first.* safe on this device/);
    await user.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(banner.isConnected).toBe(false);
  });
});
