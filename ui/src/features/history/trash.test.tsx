import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { go, history } from "@/app/history";
import { paths } from "@/app/paths";
import { expectNoAxeViolations, fakeHost, renderApp } from "@/test";

const page = () => screen.findByRole("region", { name: "Trash" });

describe("the trash", () => {
  it("lists deletions of this device and of others, with who and when (U56)", async () => {
    const { container } = renderApp(paths.trash(), fakeHost({ trash: true }));
    const rows = await within(await page()).findAllByRole("listitem");
    expect(rows.length).toBe(6);
    expect(rows[0]?.textContent).toContain("Deleted on this device, 10:20");
    expect(rows[0]?.textContent).toContain("Not on the server yet");
    expect(rows[1]?.textContent).toContain("Deleted by Ana's phone");
    await expectNoAxeViolations(container);
  });

  it("leads to a record, and takes the focus along (U75)", async () => {
    renderApp(paths.trash(), fakeHost({ trash: true }));
    const [first] = await within(await page()).findAllByRole<HTMLAnchorElement>("link");
    act(() => {
      first?.focus();
      go(first?.hash ?? "");
    });
    await screen.findByText("This record is in the trash.");
    await waitFor(() => expect(document.activeElement?.id).toBe("record"));
  });

  it("shows one table, by its address (U56)", async () => {
    const { user } = renderApp(paths.trash(), fakeHost({ trash: true }));
    await user.click(within(await page()).getByRole("button", { name: "Defects" }));
    await waitFor(async () => expect(within(await page()).getAllByRole("listitem").length).toBe(2));
    expect(history.location.search).toBe("?table=defects");
  });

  it("restores a record, the focus goes on to the next, and Undo takes it back (U24, U56)", async () => {
    const { user, fake } = renderApp(paths.trash(), fakeHost({ trash: true }));
    const buttons = await within(await page()).findAllByRole("button", { name: /^Restore “/ });
    const next = buttons[1]?.getAttribute("aria-label");
    buttons[0]?.focus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.state.row("air-90000").deleted).toBe(false));
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe(next));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(fake.state.row("air-90000").deleted).toBe(true));
  });

  it("restores many as one action, which one Undo takes back (U12, U56)", async () => {
    const { user, fake, container } = renderApp(paths.trash(), fakeHost({ trash: true }));
    const boxes = async () => within(await page()).findAllByRole("checkbox", { name: /^Select “/ });
    const [first, , third] = await boxes();
    first?.focus();
    await user.keyboard(" ");
    expect(await screen.findByText("1 selected")).toBeTruthy();
    third?.focus();
    await user.keyboard("{Shift>} {/Shift}");
    expect(await screen.findByText("3 selected")).toBeTruthy();
    await expectNoAxeViolations(container);
    const all = screen.getByRole<HTMLInputElement>("checkbox", { name: "Select all that are shown" });
    expect(all.indeterminate).toBe(true);

    screen.getByRole("button", { name: "Restore 3 records" }).focus();
    await user.keyboard("{Enter}");
    await waitFor(async () => expect((await boxes()).length).toBe(3));
    // The bar is gone, and the focus is at the box that stays.
    await waitFor(() =>
      expect(document.activeElement).toBe(
        screen.getByRole("checkbox", { name: "Select all that are shown" }),
      ),
    );
    const [step] = fake.state.done;
    expect([step?.info.verb, step?.info.records]).toEqual(["undelete", 3]);
    await screen.findByText("3 records are back");
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(async () => expect((await boxes()).length).toBe(6));
  });

  it("selects all by Ctrl+A and by the box above, and none by Escape; of one table its own (U12)", async () => {
    const { user, fake } = renderApp(paths.trash("defects"), fakeHost({ trash: true }));
    const boxes = await within(await page()).findAllByRole("checkbox", { name: /^Select “/ });
    boxes[0]?.focus();
    await user.keyboard("{Control>}a{/Control}");
    await screen.findByText("2 selected");
    await user.keyboard("{Escape}");
    expect(screen.queryByText("2 selected")).toBeNull();
    await user.click(screen.getByRole("checkbox", { name: "Select all that are shown" }));
    await user.click(await screen.findByRole("button", { name: "Restore 2 records" }));
    // Nothing is left to select: the focus is with the page.
    await screen.findByText("No deleted Defects");
    await waitFor(() => expect(document.activeElement?.id).toBe("trash"));
    const rows = [...fake.state.rows.values()];
    expect(rows.filter((row) => row.deleted).map((row) => row.table)).not.toContain("defects");
  });

  it("says beside a record why it stays, when its unique value is another's by now (U56)", async () => {
    const fake = fakeHost({ trash: true });
    const taken = fake.state.row("air-00003").fields.icao ?? null;
    fake.state.row("air-90000").fields.icao = taken;
    const { user, container } = renderApp(paths.trash("airfields"), fake);
    await user.click(await screen.findByRole("checkbox", { name: "Select all that are shown" }));
    await user.click(await screen.findByRole("button", { name: "Restore 2 records" }));
    await screen.findByText("1 record is back. 1 stays in the trash: why stands beside it.");
    const rows = within(await page()).getAllByRole("listitem");
    expect(rows.length).toBe(1);
    expect(rows[0]?.textContent).toContain("Can't come back as it is. ICAO:");
    // It is still selected, to be tried again.
    await screen.findByText("1 selected");
    await expectNoAxeViolations(container);
    fake.state.row("air-00003").fields.icao = null;
    await user.click(screen.getByRole("button", { name: "Restore 1 record" }));
    await waitFor(() => expect(fake.state.row("air-90000").deleted).toBe(false));
  });

  it("opens a record in it to read, with the way back and its history", async () => {
    const { user, fake, container } = renderApp(
      paths.record("inspections", "ins-90001"),
      fakeHost({ trash: true }),
    );
    await screen.findByText("This record is in the trash.");
    expect(await screen.findByText(/Deleted by Ana's phone/)).toBeTruthy();
    expect(screen.queryByRole("textbox", { name: /Title/ })).toBeNull();
    await expectNoAxeViolations(container);
    await user.click(screen.getByRole("button", { name: "History" }));
    await screen.findByRole("heading", { name: "History" });
    await user.click(screen.getByRole("button", { name: "Back to the record" }));
    await user.click(await screen.findByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.state.row("ins-90001").deleted).toBe(false));
    // It is edited again where it stood.
    await screen.findByRole("textbox", { name: /Title/ });
  });

  it("a record that is deleted elsewhere while it is open can be restored from there (U19)", async () => {
    const fake = fakeHost();
    const { user } = renderApp(paths.record("airfields", "air-00012"), fake);
    await screen.findByRole("textbox", { name: /^City/ });
    act(() => {
      fake.state.row("air-00012").deleted = true;
      fake.state.recordsChanged("sync", "airfields", ["air-00012"]);
    });
    await screen.findByText("This record was deleted elsewhere.");
    expect(screen.getByRole("textbox", { name: /^City/ })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Restore it" }));
    await waitFor(() => expect(fake.state.row("air-00012").deleted).toBe(false));
    await waitFor(() => expect(screen.queryByText("This record was deleted elsewhere.")).toBeNull());
  });

  it("says when it is empty, of all tables and of one (U86)", async () => {
    const { user } = renderApp(paths.trash());
    await screen.findByText("The trash is empty");
    act(() => go(paths.trash("defects")));
    await screen.findByText("No deleted Defects");
    await user.click(screen.getByRole("button", { name: "Show all tables" }));
    await screen.findByText("The trash is empty");
  });
});
