import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { setHost } from "@/backend";
import { expectNoAxeViolations, fakeHost, renderApp } from "@/test";

const rows = () => screen.getAllByRole("row").filter((row) => Number(row.getAttribute("aria-rowindex")) > 1);
const shownTitles = () => rows().map((row) => within(row).getAllByRole("gridcell")[2]?.textContent ?? "");

describe("the records list", () => {
  it("shows the table's records with marks, without axe violations", async () => {
    const { container } = renderApp("#/t/airfields");
    const grid = await screen.findByRole("grid", { name: "Airfields" });
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    expect(grid.getAttribute("aria-rowcount")).toBe("61");
    expect(screen.getAllByText("60 records").length).toBeGreaterThan(0);
    expect(within(grid).getAllByRole("link", { name: "Saved on this device" }).length).toBe(2);
    await expectNoAxeViolations(container);
  });

  it("finds as one types, and offers to clear when nothing is found (U10)", async () => {
    const { user } = renderApp("#/t/airfields");
    await screen.findByRole("grid");
    await user.type(screen.getByRole("searchbox"), "zzzz");
    expect(await screen.findByText("Nothing found", { selector: "p" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("61"));
  });

  it("shows the rows found before until those found now are there", async () => {
    const fake = fakeHost();
    const held: (() => void)[] = [];
    let isSlow = false;
    setHost({
      ...fake,
      async invoke(command, args) {
        const answer = await fake.invoke(command, args);
        if (isSlow && command === "view_rows") await new Promise<void>((resolve) => held.push(resolve));
        return answer;
      },
    });
    const { user } = renderApp("#/t/airfields", fake);
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    const all = shownTitles();
    isSlow = true;
    await user.type(screen.getByRole("searchbox"), all[3] ?? "");
    await waitFor(() => expect(held.length).toBeGreaterThan(0));
    // A row that is pressed in this moment is there.
    expect(shownTitles()).toEqual(all);
    isSlow = false;
    for (const answer of held) answer();
    await waitFor(() => expect(shownTitles()).not.toEqual(all));
    expect(shownTitles()).toContain(all[3]);
  });

  it("sorts by a click on a column, again the other way, and then as usual", async () => {
    const { user } = renderApp("#/t/airfields");
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    const usual = shownTitles();
    const header = () => screen.getByRole("columnheader", { name: /Elevation/ });
    await user.click(header());
    await waitFor(() => expect(header().getAttribute("aria-sort")).toBe("ascending"));
    await waitFor(() => expect(shownTitles()).not.toEqual(usual));
    await user.click(header());
    await waitFor(() => expect(header().getAttribute("aria-sort")).toBe("descending"));
    await user.click(header());
    await waitFor(() => expect(shownTitles()).toEqual(usual));
  });

  it("keeps rows in place when others add one, and says so (U7)", async () => {
    const fake = fakeHost();
    const { user } = renderApp("#/t/airfields", fake);
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    const before = shownTitles();
    const like = [...fake.state.rows.values()].find((row) => row.table === "airfields");
    if (!like) throw new Error("the sample has airfields");
    fake.state.rows.set("air-new", {
      ...structuredClone(like),
      id: "air-new",
      fields: { ...like.fields, name: "AAA first" },
    });
    fake.state.recordsChanged("sync", "airfields", ["air-new"]);
    const pill = await screen.findByRole("button", { name: "1 new · Show" });
    expect(shownTitles()).toEqual(before);
    await user.click(pill);
    await waitFor(() => expect(shownTitles()[0]).toBe("AAA first"));
    await waitFor(() => expect(screen.queryByRole("button", { name: "1 new · Show" })).toBeNull());
  });

  it("moves, selects and selects all by keyboard, and edits many as one action (U12, U76)", async () => {
    const { user, fake } = renderApp("#/t/inspections");
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    await user.click(screen.getByRole("searchbox"));
    await user.keyboard("{ArrowDown}{ArrowDown} {Shift>}{ArrowDown}{/Shift}");
    expect(await screen.findByText("2 selected")).toBeTruthy();
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("All 420 matching selected")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Edit fields" }));
    const dialog = await screen.findByRole("dialog", { name: "Edit 420 records" });
    const choose = async (field: RegExp, option: string) => {
      await user.click(await within(dialog).findByRole("button", { name: field }));
      await user.click(await screen.findByRole("option", { name: option }));
      await within(dialog).findByRole("button", { name: new RegExp(`${option}.*${field.source}`) });
    };
    await choose(/Field to change/, "Closed");
    await choose(/New value/, "Yes");
    await user.click(await within(dialog).findByRole("button", { name: /^Change \d+ records$/ }));
    await waitFor(() => {
      const inspections = [...fake.state.rows.values()].filter((row) => row.table === "inspections");
      expect(inspections.every((row) => row.fields.closed === true)).toBe(true);
    });
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => {
      const back = [...fake.state.rows.values()].filter((row) => row.table === "inspections");
      expect(back.some((row) => row.fields.closed === false)).toBe(true);
    });
  });

  it("deletes the selected records and brings them back (U24)", async () => {
    const { user } = renderApp("#/t/airfields");
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    const first = shownTitles()[0] ?? "";
    await user.click(screen.getByRole("searchbox"));
    await user.keyboard("{ArrowDown} {Delete}");
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("60"));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("61"));
    expect(shownTitles()[0]).toBe(first);
  });

  it("has the focus in the list when the bar for selected records goes (U77)", async () => {
    const { user } = renderApp("#/t/airfields");
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    await user.click(screen.getByRole("searchbox"));
    await user.keyboard("{ArrowDown} ");
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Delete" })).toBeNull());
    await waitFor(() => expect(screen.getByRole("grid").contains(document.activeElement)).toBe(true));
  });

  it.each([
    ["goes to the row of a record that is opened by a link", 59, "59"],
    ["stays where it is for one that is in sight already (U7)", 1, "0"],
  ])("%s", async (_, at, row) => {
    const fake = fakeHost();
    const opened = { table: "airfields", search: "", chips: [], conditions: [], sort: [], columns: [] };
    const { view } = await fake.invoke("view_open", opened);
    const [record] = (await fake.invoke("view_rows", { view, start: at, count: 1 })).rows;
    renderApp(`#/t/airfields/${record?.id}`, fake);
    await screen.findByRole("heading", { name: record?.title });
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    const active = () => screen.getByRole("grid").querySelector('[data-row] [tabindex="0"]');
    await waitFor(() => expect(active()?.closest<HTMLElement>("[data-row]")?.dataset.row).toBe(row));
  });

  it("filters by a chip with a live count (U9) and by a condition in the address (U11)", async () => {
    const { user } = renderApp(`#/t/airfields?where=${encodeURIComponent('[["country","is","IS"]]')}`);
    expect(await screen.findByRole("button", { name: "Remove condition on Country" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Remove condition on Country" }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("61"));
    await user.click(screen.getByRole("button", { name: /^Waiting/ }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("3"));
  });

  it("shows its own mark and the dot for others on one row, each with its name (U8, U14)", async () => {
    const fake = fakeHost();
    const waiting = [...fake.state.rows.values()].find(
      (row) => row.table === "airfields" && row.mark === "waiting",
    );
    if (!waiting) throw new Error("the sample has a waiting airfield");
    waiting.others = { who: "Ana's phone", at: fake.state.now() - 60_000, columns: ["city"] };
    renderApp("#/t/airfields", fake);
    const title = await screen.findAllByText(fake.state.titleOf(waiting.id));
    const row = title.map((each) => each.closest<HTMLElement>("[role=row]")).find((each) => each);
    if (!row) throw new Error("the airfield has a row");
    expect(within(row).getByRole("link", { name: "Saved on this device" })).toBeTruthy();
    expect(within(row).getByRole("img", { name: /Ana's phone/ })).toBeTruthy();
  });

  it("selects a range of any length by keyboard, reading what is not loaded (U12, U76)", async () => {
    const fake = fakeHost({ rows: 1_400 });
    const { user } = renderApp("#/t/airfields", fake);
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    await user.click(screen.getByRole("searchbox"));
    await user.keyboard("{ArrowDown}{ArrowDown} {Shift>}{Control>}{End}{/Control}{/Shift}");
    expect(await screen.findByText("1,399 selected")).toBeTruthy();
    await user.keyboard("{Shift>}{Control>}{Home}{/Control}{/Shift}");
    expect(await screen.findByText("2 selected")).toBeTruthy();
  });

  it("keeps the focus on the row when the list becomes narrow (U76)", async () => {
    const resized: ((entries: never[]) => void)[] = [];
    class Observer {
      constructor(callback: (entries: never[]) => void) {
        resized.push(callback);
      }
      observe() {}
      unobserve() {}
      disconnect() {}
    }
    vi.stubGlobal("ResizeObserver", Observer);
    const { user } = renderApp("#/t/airfields");
    await waitFor(() => expect(rows().length).toBeGreaterThan(10));
    await user.click(screen.getByRole("searchbox"));
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}{ArrowRight}");
    const focused = () => document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
    const before = focused();
    Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 480 });
    act(() => {
      for (const callback of resized) callback([]);
    });
    await waitFor(() => expect(screen.queryAllByRole("columnheader")).toEqual([]));
    expect(focused()).toBe(before);
    vi.unstubAllGlobals();
  });
});
