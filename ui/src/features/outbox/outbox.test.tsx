import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { OutboxItem } from "@/backend";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { OutboxScreen } from "./OutboxScreen";
import { blocker, byRecord } from "./order";

const item = (op_id: string, record_id: string, state: OutboxItem["state"], minutes: number): OutboxItem => ({
  op_id,
  table: "airfields",
  record_id,
  title: record_id,
  kind: "update",
  state,
  changes: [{ column: "city", old: "Ulm", new: `Ulm ${op_id}`, old_title: null, new_title: null }],
  edited_at: NOW - minutes * 60_000,
  attempts: 0,
  refusal: null,
});

describe("the order of the outbox", () => {
  const items = [item("1", "a", "refused", 9), item("2", "b", "sending", 8), item("3", "a", "blocked", 7)];
  it("is the sending order, with the changes of a record together", () => {
    expect(byRecord(items).map((group) => group.items.map((each) => each.op_id))).toEqual([
      ["1", "3"],
      ["2"],
    ]);
  });
  it("says what a change waits behind", () => {
    const [group] = byRecord(items);
    if (!group) throw new Error("a group");
    expect(blocker(group, items[2] as OutboxItem)).toBe("refused");
    expect(blocker(group, items[0] as OutboxItem)).toBeNull();
  });
});

describe("the outbox screen", () => {
  it("shows what changed, where it stands and why it was refused (U33, U35)", async () => {
    const { container } = renderUi(<OutboxScreen />);
    const refused = await screen.findAllByText("Refused");
    expect(refused.length).toBe(3);
    expect(screen.getAllByText("At most 20 characters.", { exact: false }).length).toBe(3);
    expect(container.querySelector("del")?.textContent).toContain("Before");
    expect(container.querySelector("ins")?.textContent).toContain("(edited)");
    await expectNoAxeViolations(container);
  });

  it("discards a change after showing what returns, and undoes it (U34, U36)", async () => {
    const { user, fake } = renderUi(<OutboxScreen />);
    const groups = await screen.findAllByRole("article", { name: /Aldermere|Alder|Crack|Ash/ });
    const group = groups[0] as HTMLElement;
    const link = within(group).getByRole("link", { name: (_, element) => element.closest("h2") !== null });
    const id = link.getAttribute("href")?.split("/").at(-1) ?? "";
    const before = structuredClone(fake.state.row(id));
    await user.click(within(group).getByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("These fields return to what the server has:");
    await user.click(within(dialog).getByRole("button", { name: "Discard change" }));
    await waitFor(() => expect(fake.state.row(id).entry).toBeNull());
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(fake.state.row(id).entry).toEqual(before.entry));
  });

  it("tries all refused changes again", async () => {
    const { user, fake } = renderUi(<OutboxScreen />);
    await user.click(await screen.findByRole("button", { name: "Retry all" }));
    await waitFor(() =>
      expect([...fake.state.rows.values()].some((row) => row.mark === "refused")).toBe(false),
    );
    expect(screen.queryByRole("button", { name: "Retry all" })).toBeNull();
  });

  it("says that everything is on the server, and since when (U37)", async () => {
    const fake = fakeHost();
    fake.answer("outbox_list", () => []);
    renderUi(<OutboxScreen />, fake);
    await screen.findByText("Everything is on the server");
    await screen.findByText(/Last agreed/);
  });
});
