import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useAppState } from "@/app/workspace";
import type { NotifyRule } from "@/backend";
import { failed } from "@/backend/fake";
import { formatTime } from "@/i18n";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { BackgroundSync } from "./BackgroundSync";
import { Notifications } from "./Notifications";
import { pushWords, streamWords, testWords } from "./wakeWords";

function Connected() {
  return useAppState().workspace ? (
    <>
      <BackgroundSync />
      <Notifications />
    </>
  ) : null;
}

/** A fake whose workspace has these rules and no others. */
async function withRules(notify: NotifyRule[]) {
  const fake = fakeHost();
  const app = await fake.invoke("app_state", {});
  const { workspace } = app;
  if (!workspace) throw new Error("the fake is connected");
  fake.answer("app_state", () => ({
    ...app,
    settings: fake.state.settings,
    workspace: { ...workspace, schema: { ...workspace.schema, notify } },
  }));
  return fake;
}

const MINUTE = 60_000;
const time = (ago: number) => formatTime(NOW - ago * MINUTE);

describe("background sync", () => {
  it("says in words how wakes reach this device", async () => {
    const { container } = renderUi(<Connected />);
    await screen.findByText(/^Listening since/);
    await screen.findByText(/^Woken by Web Push: the last push was taken/);
    await expectNoAxeViolations(container);
  });

  it("is switched off, and says what that means", async () => {
    const { user, fake } = renderUi(<Connected />);
    await user.click(await screen.findByRole("switch", { name: /Sync in the background/ }));
    await waitFor(() => expect(fake.state.settings.background_sync).toBe(false));
    await screen.findByText("Off: this device receives when you open the app");
    await user.click(screen.getByRole("switch", { name: /Keep running when the window is closed/ }));
    await waitFor(() => expect(fake.state.settings.keep_running).toBe(true));
  });

  it("offers to keep running only where there is an app that can", async () => {
    renderUi(<Connected />, fakeHost({ inBrowser: true }));
    await screen.findByText(/^Listening since/);
    expect(screen.queryByRole("switch", { name: /Keep running/ })).toBeNull();
  });

  it("says of a server of Azure Mobile Apps or Datasync that it wakes nobody", async () => {
    renderUi(<Connected />, fakeHost({ tableProtocol: "v2" }));
    await screen.findByText(/^This server can't wake a device\./);
    expect(screen.queryByRole("switch", { name: /Sync in the background/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "Send a test wake" })).toBeNull();
  });

  it("tells how long a test wake took, by each way, and where the result stands", async () => {
    const { user } = renderUi(<Connected />);
    await user.click(await screen.findByRole("button", { name: "Send a test wake" }));
    const results = screen.getByRole("status", { name: "Result of the test" });
    await within(results).findByText("Event stream: arrived after 40 ms");
    await within(results).findByText("Web Push: arrived after 290 ms");
  });

  it("says plainly that the server is not there, without a toast", async () => {
    const { user, fake } = renderUi(<Connected />);
    fake.answer("wake_test", () => {
      throw failed("unreachable", "connection refused");
    });
    await user.click(await screen.findByRole("button", { name: "Send a test wake" }));
    const results = screen.getByRole("status", { name: "Result of the test" });
    await within(results).findByText(/server/i);
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("asks whom this device stands for, where the workspace has rules", async () => {
    const { user, fake } = renderUi(<Connected />);
    const field = await screen.findByRole("textbox", { name: "Whom this device stands for" });
    expect(field).toHaveProperty("value", "Salzburg");
    screen.getByText(/as it stands in Airfields → City/);
    await user.type(field, "\n Linz \n\nLinz");
    await user.tab();
    await waitFor(() => expect(fake.state.wakes.status.tags).toEqual(["Salzburg", "Linz"]));
    await screen.findByText("Saved");
  });
});

describe("whom this device stands for", () => {
  it("is chosen where the rules look at a choice", async () => {
    const rule = { name: "mine", label: "Poor", table: "inspections", to: "condition", when: null };
    const { user, fake } = renderUi(<Connected />, await withRules([rule]));
    await user.click(await screen.findByRole("checkbox", { name: "Poor" }));
    await waitFor(() => expect(fake.state.wakes.status.tags).toEqual(["poor", "Salzburg"]));
  });
});

describe("whom this device stands for, in a field that points at records", () => {
  it("is chosen by title, shown by title and taken away again", async () => {
    const rule = { name: "mine", label: "At my airfield", table: "inspections", to: "airfield", when: null };
    const { user, fake, container } = renderUi(<Connected />, await withRules([rule]));
    fake.state.wakes.status.tags = [];
    const box = await screen.findByRole("combobox", { name: /^You are, among Airfields/ });
    await user.type(box, "Alderhaven Aero");
    await user.click(await screen.findByRole("option", { name: /^Alderhaven Aerodrome/ }));
    await waitFor(() => expect(fake.state.wakes.status.tags).toEqual(["air-00003"]));
    const chosen = await screen.findByRole("list", { name: /^You are, among Airfields/ });
    within(chosen).getByText("Alderhaven Aerodrome");
    expect(screen.queryByRole("textbox", { name: "Whom this device stands for" })).toBeNull();
    await expectNoAxeViolations(container);
    await user.click(within(chosen).getByRole("button", { name: "Remove Alderhaven Aerodrome" }));
    await waitFor(() => expect(fake.state.wakes.status.tags).toEqual([]));
  });
});

describe("notifications (U57–U61)", () => {
  it("are by kind, with quiet hours, and name no record unless the person says so", async () => {
    const { user, fake, container } = renderUi(<Connected />);
    const notifications = () => fake.state.settings.notifications;
    const conflict = await screen.findByRole("radiogroup", { name: /^A conflict needs you/ });
    expect(within(conflict).getByRole("radio", { name: "Banner" }).getAttribute("aria-checked")).toBe("true");
    await user.click(within(conflict).getByRole("radio", { name: "Badge only" }));
    await waitFor(() => expect(notifications().conflict).toBe("badge"));
    expect(notifications().refused).toBe("banner");

    await user.click(screen.getByRole("switch", { name: /Name the record/ }));
    await waitFor(() => expect(notifications().show_titles).toBe(true));

    await user.click(screen.getByRole("switch", { name: /Quiet hours/ }));
    await waitFor(() => expect(notifications().quiet_hours).toEqual({ from: 1320, to: 420 }));
    await user.click(await screen.findByRole("button", { name: /From/ }));
    await user.click(
      await screen.findByRole("option", { name: formatTime(new Date(2026, 0, 1, 7).getTime()) }),
    );
    await waitFor(() => expect(notifications().quiet_hours).toEqual({ from: 420, to: 450 }));
    await expectNoAxeViolations(container);
    expect(screen.queryByText(/This system asks once/), "a desktop asks nothing").toBeNull();
  });

  it("can be tried, and a system that shows none is named", async () => {
    const { user, fake } = renderUi(<Connected />);
    const send = await screen.findByRole("button", { name: "Send a test" });
    await user.click(send);
    const result = screen.getByRole("status", { name: "Result of the test notification" });
    await within(result).findByText(/^Sent\./);
    fake.state.mayNotify = false;
    await user.click(send);
    await within(result).findByText(/does not let Landfall show notifications/);
  });

  it("leave out the kind that no rule of the workspace asks for", async () => {
    renderUi(<Connected />, await withRules([]));
    await screen.findByRole("radiogroup", { name: /^A conflict needs you/ });
    expect(screen.queryByRole("radiogroup", { name: /^A record concerns you/ })).toBeNull();
    expect(screen.queryByRole("textbox", { name: "Whom this device stands for" })).toBeNull();
  });
});

describe("words of wakes", () => {
  const { status } = fakeHost().state.wakes;
  const { settings } = fakeHost().state;
  const channel = fakeHost().state.wakes.health;
  if (!channel) throw new Error("the fake has a push channel");
  const push = (patch: Partial<typeof channel>) =>
    pushWords(
      status,
      settings,
      { server_pushes_by: ["web_push"], channel: { ...channel, ...patch } },
      null,
      NOW,
    );

  it("name the last wake and what brought it", () => {
    expect(streamWords(status, settings, NOW).words).toBe(
      `Listening since ${time(43)} · last wake ${time(3)} by event stream`,
    );
    const pushed = { ...status, last_by_push: NOW - MINUTE, listening_since: null };
    expect(streamWords(pushed, { ...settings, work_offline: true }, NOW).words).toBe(
      `Not listening: you work offline · last wake ${time(1)} by push`,
    );
    const never = { ...status, last_by_stream: null, last_by_push: null };
    expect(streamWords(never, settings, NOW).words).toContain("no wake yet");
  });

  it("tell a channel that is failing from one that is gone", () => {
    expect(push({ state: "untried" })?.words).toBe("Web Push is ready. Nothing has been sent by it yet.");
    expect(push({ state: "failing", failures: 3, last_failure: "503" })).toEqual({
      tone: "bad",
      words: "Web Push is failing: the last 3 pushes went wrong. The server goes on trying.",
      detail: "The push service says: 503",
    });
    expect(push({ state: "dead" })?.words).toMatch(/^Web Push is gone/);
    const none = { ...status, channel: null };
    expect(pushWords(none, settings, { server_pushes_by: [], channel: null }, null, NOW)?.words).toMatch(
      /^The server sends no pushes/,
    );
    expect(pushWords(status, settings, undefined, failed("unreachable", ""), NOW)?.words).toMatch(
      /can't be asked now/,
    );
  });

  it("say that a test was lost only after waiting for it", () => {
    const test = { way: "stream", outcome: { kind: "sent" } } as const;
    expect(testWords(test, NOW, status, false).words).toBe("Event stream: sent, waiting for it to arrive");
    expect(testWords(test, NOW, status, true).words).toBe("Event stream: sent, and it has not arrived");
    const refused = {
      way: "web_push",
      outcome: { kind: "refused", status: 410, message: "expired" },
    } as const;
    expect(testWords(refused, NOW, status, true).words).toBe("Web Push: not sent. Expired (410)");
  });
});
