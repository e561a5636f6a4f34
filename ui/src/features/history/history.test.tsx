import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { go, history } from "@/app/history";
import { paths } from "@/app/paths";
import { CommandFailed, type HistoryItem, type RecordHistory } from "@/backend";
import { formatTime } from "@/i18n";
import { expectNoAxeViolations, fakeHost, NOW, renderApp } from "@/test";
import { newer } from "./useHistory";
import { originWords, pointKey } from "./words";

const ID = "air-00012";
const region = () => screen.getByRole("region", { name: "Record" });
const entries = () => within(region()).getAllByRole("article");
const entry = (words: RegExp) => {
  const found = entries().find((each) => words.test(each.textContent ?? ""));
  if (!found) throw new Error(`no entry ${words}`);
  return found;
};

/** The laptop shows the history of an airfield, after Ana's phone has changed its city. */
async function laptop(column?: string) {
  const fake = fakeHost();
  act(() => fake.remoteChange(ID, { city: "Ulm" }));
  const shown = renderApp(paths.history("airfields", ID, column), fake);
  await screen.findByRole("heading", { name: "History" });
  await screen.findByText("From this device and the server");
  const city = () => fake.state.row(ID).fields.city;
  return { ...shown, fake, city };
}

const item = (more: Partial<HistoryItem>): HistoryItem => ({
  point: { kind: "device", n: 1 },
  who_when: { who: "Ana's phone", at: NOW },
  here: false,
  applied_at: NOW,
  origin: "edit",
  kind: "update",
  changes: [],
  lost: false,
  ...more,
});

describe("the history of a record", () => {
  it("tells who, on which device, when, what it was and old → new, by day (U54)", async () => {
    await laptop();
    const newest = entries()[0] as HTMLElement;
    expect(within(newest).getByRole("heading", { level: 3 }).textContent).toBe("Ana's phone · Edited");
    expect(newest.querySelector("time")?.textContent).toBe(formatTime(NOW));
    expect(newest.querySelector("ins")?.textContent).toContain("Ulm");
    expect(newest.querySelector("del")?.textContent).toBeTruthy();
    expect(within(newest).getByText("As it is now")).toBeTruthy();
    expect(within(region()).getAllByRole("heading", { level: 2 }).length).toBeGreaterThan(1);
    await expectNoAxeViolations(region());
  });

  it("marks a value that lost plainly, and brings it back (U3)", async () => {
    const { user, fake } = await laptop();
    const lost = entry(/Not kept/);
    expect(lost.textContent).toContain("Merged automatically");
    expect(lost.textContent).toContain("never stood");
    const before = fake.state.row(ID).fields.elevation_ft as number;
    await user.click(within(lost).getByRole("button", { name: /^Bring back/ }));
    const dialog = await screen.findByRole("dialog", { name: "Bring back this value of Elevation?" });
    await within(dialog).findByText("This changes:");
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.state.row(ID).fields.elevation_ft).toBe(before + 40));
  });

  it("restores one field after showing the difference, as a new entry that can be undone (U55)", async () => {
    const { user, fake, city } = await laptop();
    const old = fake.state.row(ID).fields.name;
    await user.click(within(entries()[0] as HTMLElement).getByRole("button", { name: /^Bring back “/ }));
    const dialog = await screen.findByRole("dialog", { name: "Bring back this value of City?" });
    await waitFor(() => expect(dialog.querySelector("del")?.textContent).toContain("Ulm"));
    await expectNoAxeViolations(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(city()).not.toBe("Ulm"));
    await waitFor(() => expect(entries()[0]?.textContent).toContain("Earlier values restored"));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(city()).toBe("Ulm"));
    expect(fake.state.row(ID).fields.name).toBe(old);
  });

  it("restores a whole version, and says so when nothing would change (U55)", async () => {
    const { user, fake, city } = await laptop();
    const was = fake.state.row(ID).fields.elevation_ft as number;
    await user.click(within(entry(/Bo's desktop/)).getByRole("button", { name: "Restore this version" }));
    const dialog = await screen.findByRole("dialog", { name: /^Restore the version of/ });
    await within(dialog).findByText("Elevation");
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.state.row(ID).fields.elevation_ft).toBe(was - 15));
    expect(city()).toMatch(/ Town$/);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(within(entry(/Bo's desktop/)).getByRole("button", { name: "Restore this version" }));
    const again = await screen.findByRole("dialog", { name: /^Restore the version of/ });
    await within(again).findByText(/It is so already/);
    expect(within(again).queryByRole("button", { name: "Restore" })).toBeNull();
  });

  it("says which rule a restored value breaks, and keeps the dialog", async () => {
    const { user, fake } = await laptop();
    fake.answer("record_restore", ({ preview }) => {
      if (preview)
        return {
          changes: [{ column: "icao", old: "EDDF", new: "EDDM", old_title: null, new_title: null }],
          comes_back: false,
          done: null,
        };
      throw new CommandFailed({
        code: "invalid",
        message: "",
        retryable: false,
        field_errors: [
          { table: "airfields", column: "icao", kind: "text", rule: { name: "unique" }, message: "" },
        ],
      });
    });
    await user.click(within(entry(/Bo's desktop/)).getByRole("button", { name: "Restore this version" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("This changes:");
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    const alert = await within(dialog).findByRole("alert");
    expect(alert.textContent).toContain("ICAO: Another record has this value already.");
  });

  it("is filtered by field, also from the field itself", async () => {
    const { user } = await laptop("city");
    expect(entries().every((each) => /City/.test(each.textContent ?? ""))).toBe(true);
    expect(entries().some((each) => /Elevation/.test(each.textContent ?? ""))).toBe(false);
    await user.click(screen.getByRole("button", { name: /Field/ }));
    await user.click(await screen.findByRole("option", { name: "All fields" }));
    await waitFor(() => expect(history.location.pathname).toBe(`/t/airfields/${ID}/history`));
    await waitFor(() => expect(entry(/Elevation/)).toBeTruthy());
    act(() => go(paths.record("airfields", ID)));
    await user.click(await screen.findByRole("textbox", { name: /^City/ }));
    await user.click(screen.getByRole("button", { name: "History of City" }));
    await waitFor(() => expect(history.location.pathname).toBe(`/t/airfields/${ID}/history/city`));
  });

  it("shows what this device knows at once when the server is out of reach, and says why", async () => {
    const fake = fakeHost();
    fake.state.status = {
      ...fake.state.status,
      state: "offline",
      reachability: { kind: "timed_out" },
    };
    const { user } = renderApp(paths.history("airfields", ID), fake);
    await screen.findByText("Only what this device knows. The server did not answer in time.");
    const known = entries().length;
    await user.click(screen.getByRole("button", { name: "Ask the server" }));
    await screen.findByRole("button", { name: "Ask again" });
    fake.state.status = { ...fake.state.status, state: "idle", reachability: { kind: "online" } };
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    await screen.findByText("From this device and the server");
    expect(entries().length).toBeGreaterThan(known);
  });

  it("does not ask a server of Azure Mobile Apps or Datasync, which keeps none", async () => {
    const fake = fakeHost({ tableProtocol: "v3" });
    const asked: boolean[] = [];
    const answer = await fake.invoke("record_history", {
      table: "airfields",
      id: ID,
      column: null,
      with_server: false,
    });
    fake.answer("record_history", ({ with_server }) => {
      asked.push(with_server);
      return answer;
    });
    renderApp(paths.history("airfields", ID), fake);
    await screen.findByText(/this server keeps no history$/);
    expect(screen.queryByRole("button", { name: /^Ask/ })).toBeNull();
    expect(asked).not.toContain(true);
  });

  it("shows what this device has written since the server answered, once", () => {
    const story = (points: HistoryItem["point"][]): RecordHistory => ({
      title: "",
      entries: points.map((point) => item({ point })),
      from_server: true,
      server_trouble: null,
    });
    const device = (n: number) => ({ kind: "device" as const, n });
    const server = (seq: string) => ({ kind: "server" as const, seq });
    const shown = (answer: RecordHistory, here: RecordHistory, after: number) =>
      newer(answer, here, after).entries.map(({ point }) => pointKey(point));
    const answer = story([device(4), server("90"), server("12")]);
    // The server's answer stands for 3 by its own entry: only what is newer than all that was known then is added.
    expect(shown(answer, story([device(5), device(4), device(3)]), 4)).toEqual(["d5", "d4", "s90", "s12"]);
    expect(shown(answer, story([device(4), device(3)]), 3)).toEqual(["d4", "s90", "s12"]);
  });

  it("has words for every origin and kind", () => {
    const origins = ["edit", "remote", "import", "merge", "conflict", "discard", "undo", "restore"] as const;
    for (const origin of origins)
      for (const kind of ["insert", "update", "delete"] as const)
        for (const lost of [false, true])
          expect(originWords(item({ origin, kind, lost }), false)).not.toMatch(/^\w+\.\w+/);
    expect(originWords(item({ kind: "insert" }), true)).toBe("Created");
    expect(originWords(item({ kind: "insert", origin: "remote" }), false)).toBe("Brought back");
    expect(originWords(item({ kind: "delete", origin: "remote" }), false)).toBe("Deleted");
  });
});
