import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { expectNoAxeViolations, fakeHost, renderApp } from "@/test";

afterEach(() => sessionStorage.clear());

const links = () => [...document.querySelectorAll<HTMLAnchorElement>("[data-conflicts] li a")];
const waiting = (fake: ReturnType<typeof fakeHost>) =>
  [...fake.state.rows.values()].filter((row) => row.conflict || row.refusal).length;

describe("the inbox", () => {
  it("is first in the navigation, with how many need the person (U38)", async () => {
    const fake = fakeHost({ conflicts: true });
    renderApp("#/t/airfields", fake);
    const navigation = await screen.findByRole("navigation");
    const [first] = await within(navigation).findAllByRole("link");
    expect(first?.getAttribute("href")).toBe("#/conflicts");
    await waitFor(() => expect(first?.textContent ?? first?.getAttribute("aria-label")).toMatch(/15/));
  });

  it("says which record, which fields, who and when on both sides, and the age (U40)", async () => {
    const fake = fakeHost({ conflicts: true });
    const { container } = renderApp("#/conflicts", fake);
    const row = await screen.findByRole("link", { name: /Condition, Checked, Next due and 2 more/ });
    expect(row.textContent).toMatch(/You, on This laptop\s*09:31/);
    expect(row.textContent).toMatch(/Ana's phone\s*09:53/);
    await expectNoAxeViolations(container);
  });

  it("moves with J and K, selects with X, opens with Enter and comes back to the row (U40)", async () => {
    const { user } = renderApp("#/conflicts", fakeHost({ conflicts: true }));
    await waitFor(() => expect(links().length).toBeGreaterThan(3));
    await user.keyboard("jjj");
    await waitFor(() => expect(document.activeElement).toBe(links()[2]));
    await user.keyboard("k");
    await waitFor(() => expect(document.activeElement).toBe(links()[1]));
    await user.keyboard("x{ArrowDown} ");
    await screen.findByText("2 selected");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText("2 selected")).toBeNull());
    const here = document.activeElement;
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog");
    expect(window.location.hash).toBe(here?.getAttribute("href"));
    await user.click(await within(dialog).findByRole("button", { name: "Decide later" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("href")).toBe(here?.getAttribute("href")),
    );
  });

  it("filters and groups by its address", async () => {
    renderApp("#/conflicts?kind=parent_missing&group=table", fakeHost({ conflicts: true }));
    await screen.findByText("2 of 15");
    const list = screen.getByRole("list", { name: "Conflicts to decide" });
    expect(within(list).getByText("Inspections")).toBeTruthy();
    expect(within(list).getByText("Defects")).toBeTruthy();
  });

  it("keeps theirs for the chosen ones after a preview, and one Undo brings all back (U50)", async () => {
    const fake = fakeHost({ conflicts: 40 });
    const { user } = renderApp("#/conflicts?field=elevation_ft&table=airfields", fake);
    await waitFor(() => expect(links().length).toBeGreaterThan(3));
    const before = waiting(fake);
    links()[0]?.focus();
    await user.keyboard("{Control>}a{/Control}");
    await user.click(await screen.findByRole("button", { name: "Keep theirs…" }));
    const dialog = await screen.findByRole("dialog", { name: /Settle \d+ conflicts at once/ });
    await within(dialog).findByText("What changes in your records");
    const [first] = [...fake.state.rows.values()].filter((row) =>
      row.conflict?.fields.some((field) => field.column === "elevation_ft" && !row.conflict?.kind),
    );
    expect(dialog.textContent).toContain(`${first?.conflict?.fields[0]?.mine}`);
    // The twice-created record has other fields to decide.
    await within(dialog).findByText("1 record still has other fields to decide.");
    await expectNoAxeViolations(dialog);
    await user.click(within(dialog).getByRole("button", { name: /Keep theirs for all \d+/ }));
    await waitFor(() => expect(waiting(fake)).toBeLessThan(before));
    const [undo] = await screen.findAllByRole("button", { name: "Undo" });
    await user.click(undo as HTMLElement);
    await waitFor(() => expect(waiting(fake)).toBe(before));
  });

  it("leaves what needs a decision of its own", async () => {
    const fake = fakeHost({ conflicts: true });
    const { user } = renderApp("#/conflicts?kind=unique_taken", fake);
    await user.click(await screen.findByRole("button", { name: "Settle many…" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("None of these can be settled together. Decide them one by one.");
  });

  it("opens with a thousand at once, and settles them in one step", async () => {
    const fake = fakeHost({ rows: 1_400, conflicts: 1_000 });
    const { user } = renderApp("#/conflicts", fake);
    await screen.findByRole("tab", { name: /To decide \(1,0\d\d\)/ });
    await waitFor(() => expect(links().length).toBeGreaterThan(3));
    // Only what is in sight is in the page.
    expect(links().length).toBeLessThan(60);
    expect(document.querySelector("[data-place]")?.getAttribute("aria-setsize")).toMatch(/^10\d\d$/);
    links()[0]?.focus();
    await user.keyboard("{End}");
    await waitFor(() =>
      expect(document.activeElement?.closest("[data-place]")?.getAttribute("data-place")).toMatch(/^10\d\d$/),
    );
    await user.click(screen.getByRole("button", { name: "Settle many…" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("The first 50 changes are shown.");
    const actions = fake.state.done.length;
    await user.click(within(dialog).getByRole("button", { name: /Keep theirs for all/ }));
    await waitFor(() => expect(waiting(fake)).toBeLessThan(10));
    expect(fake.state.done.length).toBe(actions + 1);
  });

  it("says when nothing waits, and leads to what was merged", async () => {
    const fake = fakeHost();
    fake.answer("conflict_list", () => []);
    const { container } = renderApp("#/conflicts", fake);
    await screen.findByText("Nothing waits for a decision");
    expect(screen.getByRole("link", { name: "See what was merged" }).getAttribute("href")).toBe(
      "#/conflicts/merged",
    );
    await expectNoAxeViolations(container);
  });

  it("a conflict that goes away takes its selection along", async () => {
    const fake = fakeHost({ conflicts: true });
    renderApp("#/conflicts", fake);
    await waitFor(() => expect(links().length).toBeGreaterThan(3));
    const [box] = screen.getAllByRole("checkbox");
    fireEvent.click(box as HTMLElement);
    await screen.findByText("1 selected");
    const id = links()[0]?.getAttribute("href")?.split("/").at(-1) ?? "";
    act(() => {
      const row = fake.state.row(id);
      row.conflict = null;
      row.mark = "synced";
      fake.state.recordsChanged("sync", row.table, [id]);
    });
    await waitFor(() => expect(screen.queryByText("1 selected")).toBeNull());
  });
});

describe("merged automatically (U39)", () => {
  it("says what came from whom and by which rule, and takes each field back", async () => {
    const fake = fakeHost();
    const { user, container } = renderApp("#/conflicts/merged", fake);
    const [item] = await screen.findAllByRole("article");
    expect(item?.textContent).toContain("merged with Ana's phone");
    expect(item?.textContent).toContain("Condition · from Ana's phone");
    expect(item?.textContent).toContain("Friction · the later change stands");
    expect(item?.textContent).toContain("changed since");
    await expectNoAxeViolations(container);
    const id =
      within(item as HTMLElement)
        .getByRole("link")
        .getAttribute("href")
        ?.split("/")
        .at(-1) ?? "";
    const before = fake.state.row(id).fields.friction;
    await user.click(within(item as HTMLElement).getByRole("button", { name: /Bring back my Friction/ }));
    await waitFor(() => expect(fake.state.row(id).fields.friction).toBe(0.61));
    const [undo] = await screen.findAllByRole("button", { name: "Undo" });
    await user.click(undo as HTMLElement);
    await waitFor(() => expect(fake.state.row(id).fields.friction).toBe(before));
  });
});
