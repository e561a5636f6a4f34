import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { stopDeciding } from "@/app/decide";
import type { ConflictKind } from "@/backend";
import type { Fake } from "@/backend/fake";
import { failed } from "@/backend/fake";
import type { Row } from "@/backend/fake/data";
import { expectNoAxeViolations, fakeHost, renderApp } from "@/test";

const givenWidth = window.innerWidth;
const widen = (width: number) =>
  (
    window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } }
  ).happyDOM.setViewport({ width });

afterEach(() => {
  act(stopDeciding);
  sessionStorage.clear();
  widen(givenWidth);
});

type User = ReturnType<typeof renderApp>["user"];

/** Every kind once, as a laptop finds them after a day without network. */
const laptop = () => fakeHost({ conflicts: true });

const rowOf = (fake: Fake, fits: (row: Row) => boolean): Row => {
  const row = [...fake.state.rows.values()].find(fits);
  if (!row) throw new Error("the fake has such a conflict");
  return row;
};
const ofKind = (fake: Fake, kind: ConflictKind) => rowOf(fake, (row) => row.conflict?.kind === kind);
/** Five fields: condition, checked, next due, friction, notes. */
const inspection = (fake: Fake) =>
  rowOf(fake, (row) => (row.conflict?.fields.length ?? 0) === 5 && !row.conflict?.kind);

async function open(fake: Fake, row: Row) {
  const app = renderApp(`#/conflicts/${row.table}/${row.id}`, fake);
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByRole("heading", { name: fake.state.titleOf(row.id) });
  return { ...app, dialog, id: row.id, now: () => fake.state.row(row.id) };
}

const group = (dialog: HTMLElement, name: string | RegExp) => within(dialog).getByRole("group", { name });
const result = (dialog: HTMLElement, column: string) =>
  dialog.querySelector(`[data-result="${column}"]`)?.textContent?.replace(/^Result/, "");
const button = (dialog: HTMLElement, name: string) =>
  within(dialog).getByRole<HTMLButtonElement>("button", { name });
const described = (element: HTMLElement) =>
  document.getElementById(element.getAttribute("aria-describedby") ?? "")?.textContent;
const choose = (user: User, dialog: HTMLElement, field: string | RegExp, side: RegExp) =>
  user.click(within(group(dialog, field)).getByRole("radio", { name: side }));
/** The way back in the message that says so; messages of other tests may still be there. */
const undoOf = async (says: string | RegExp) => {
  const [message] = await screen.findAllByText(says, { selector: "[role=alertdialog] *" });
  const shown = message?.closest<HTMLElement>("[role=alertdialog]");
  return within(shown as HTMLElement).getByRole("button", { name: "Undo" });
};
/** The field that has the focus, itself or something in it. */
const here = () => document.activeElement?.closest<HTMLElement>("[data-field]")?.dataset.field;

describe("fields changed on both sides", () => {
  it("opens on the first field and names people, devices and times (U41, U42)", async () => {
    const fake = laptop();
    const { dialog } = await open(fake, inspection(fake));
    await waitFor(() => expect(here()).toBe("condition"));
    expect(dialog.textContent).toContain("5 fields were changed on both sides");
    const condition = group(dialog, "Condition");
    within(condition).getByRole("radio", { name: /Before both.*Fair/ });
    within(condition).getByRole("radio", { name: /Your change · This laptop, 09:31.*Poor/ });
    within(condition).getByRole("radio", { name: /Their change · Ana's phone, 09:53.*Closed/ });
    expect(dialog.textContent).not.toMatch(/local|remote|base/i);
    await expectNoAxeViolations(dialog);
  });

  it("marks changed words and entries, and says by how much numbers and days differ (U43)", async () => {
    const fake = laptop();
    const { dialog } = await open(fake, inspection(fake));
    expect(group(dialog, "Friction").textContent).toContain("−0.05");
    expect(group(dialog, "Next due").textContent).toContain("−81 days");
    const words = (name: string, tag: string) =>
      [...group(dialog, name).querySelectorAll(tag)].map((each) => each.lastChild?.textContent);
    expect(words("Checked", "ins")).toEqual(["Lights", "Drainage"]);
    expect(words("Notes", "del")).toContain("weak");
    expect(words("Notes", "ins")).toContain("dead on the east side");
  });

  it("shows far changes of a long text at once, and the whole text when asked (U43)", async () => {
    const fake = laptop();
    const long = rowOf(fake, (row) => String(row.fields.notes).startsWith("Arrived at seven"));
    const { dialog, user } = await open(fake, long);
    const notes = group(dialog, "Notes");
    expect(notes.textContent).toContain("deer on the strip");
    expect(notes.textContent).toMatch(/\d+ words unchanged/);
    expect(notes.textContent).not.toContain("bucket of sand");
    await user.click(within(notes).getByRole("button", { name: "Show whole text" }));
    expect(notes.textContent).not.toMatch(/words unchanged/);
    expect(notes.textContent?.match(/two turn-off|third turn-off/g)?.length).toBe(3);
  });

  it("the result is what will be saved, and Apply says what is undecided (U45)", async () => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, inspection(fake));
    const apply = button(dialog, "Apply");
    expect(apply.disabled).toBe(true);
    expect(described(apply)).toBe("5 fields undecided");
    await choose(user, dialog, "Condition", /Their change/);
    expect(result(dialog, "condition")).toBe("Closed");
    expect(described(apply)).toBe("4 fields undecided");
    await choose(user, dialog, "Checked", /^Both/);
    expect(result(dialog, "surface_checks")).toMatch(/^Surface, Lights.*Drainage$/);
    await choose(user, dialog, "Next due", /Before both/);
    await choose(user, dialog, "Friction", /^Edit/);
    const own = within(dialog).getByRole<HTMLInputElement>("textbox", { name: /Result for Friction/ });
    expect(own.value).toBe("0.47");
    await user.clear(own);
    await user.type(own, "1.4");
    await choose(user, dialog, "Notes", /Your change/);
    expect(described(apply)).toBe("All decided. This is what will be saved.");
    await user.click(apply);
    await within(dialog).findByText(/Not more than 1/);
    expect(now().conflict).not.toBeNull();
    await user.clear(own);
    await user.type(own, "0.44");
    await expectNoAxeViolations(dialog);
    await user.click(apply);
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields).toMatchObject({
      condition: "closed",
      surface_checks: ["surface", "lights", "drainage"],
      next_due: "2027-03-01",
      friction: 0.44,
    });
  });

  it("folds what needs no decision, and tells what merged by itself (U44)", async () => {
    const fake = laptop();
    const { dialog, user } = await open(fake, inspection(fake));
    const fold = within(dialog).getByRole("button", { name: /5 fields without conflict · 2 of them merged/ });
    expect(fold.getAttribute("aria-expanded")).toBe("false");
    await user.click(fold);
    expect(dialog.textContent).toContain("Runwayfrom you");
    expect(dialog.textContent).toContain("Inspected atfrom Ana's phone");
  });

  it("can be decided by keyboard alone: ↑ ↓ 1 2 3 B E Ctrl+Z Enter (U46)", async () => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, inspection(fake));
    await waitFor(() => expect(here()).toBe("condition"));
    await user.keyboard("2");
    expect(result(dialog, "condition")).toBe("Poor");
    await user.keyboard("{ArrowDown}b");
    expect(here()).toBe("surface_checks");
    expect(result(dialog, "surface_checks")).toMatch(/^Surface, Lights.*Drainage$/);
    await user.keyboard("{ArrowUp}3");
    expect(result(dialog, "condition")).toBe("Closed");
    await user.keyboard("{Control>}z{/Control}");
    expect(result(dialog, "condition")).toBe("Poor");
    await user.keyboard("{ArrowDown}{ArrowDown}1{ArrowDown}e");
    expect(here()).toBe("friction");
    await waitFor(() => expect(document.activeElement?.tagName).toBe("INPUT"));
    await user.keyboard("{Control>}a{/Control}0.45{Enter}");
    expect(document.activeElement?.tagName).toBe("FIELDSET");
    expect(result(dialog, "friction")).toContain("Measured");
    await user.keyboard("{Enter}");
    // Not everything is decided: Enter leads to what is open.
    expect(here()).toBe("notes");
    expect(now().conflict).not.toBeNull();
    await user.keyboard("b{Enter}");
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields).toMatchObject({ condition: "poor", friction: 0.45, next_due: "2027-03-01" });
  });

  it("shows its keys, and leaves single keys alone when they are switched off (U46, U81)", async () => {
    const fake = laptop();
    fake.state.settings = { ...fake.state.settings, single_key_shortcuts: false };
    const { dialog, user } = await open(fake, inspection(fake));
    await waitFor(() => expect(here()).toBe("condition"));
    await user.keyboard("2");
    expect(result(dialog, "condition")).toBe("Not decided yet");
    const keys = dialog.querySelector("dl[aria-label=Keys]");
    expect(keys?.textContent).toContain("Ctrl+Zundo a choice");
    expect(keys?.textContent).not.toContain("next conflict");
  });

  it("N goes to the next conflict, and the choices made wait for the return (U46, U48)", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { dialog, user, now } = await open(fake, row);
    await waitFor(() => expect(here()).toBe("condition"));
    await user.keyboard("2n");
    await waitFor(() =>
      expect(within(dialog).queryByRole("heading", { name: fake.state.titleOf(row.id) })).toBeNull(),
    );
    expect(now().conflict).not.toBeNull();
    await user.click(button(dialog, "Previous conflict"));
    await within(dialog).findByRole("heading", { name: fake.state.titleOf(row.id) });
    await waitFor(() => expect(result(dialog, "condition")).toBe("Poor"));
    // The first field that is still open has the focus.
    await waitFor(() => expect(here()).toBe("surface_checks"));
  });

  it("Decide later closes, loses nothing and says in the list that it was begun (U48)", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { dialog, user } = await open(fake, row);
    await choose(user, dialog, "Condition", /Their change/);
    await user.click(button(dialog, "Decide later"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const link = await screen.findByRole("link", {
      name: new RegExp(`${fake.state.titleOf(row.id)}.*begun`),
    });
    await user.click(link);
    const again = await screen.findByRole("dialog");
    await waitFor(() => expect(result(again, "condition")).toBe("Closed"));
  });

  it("says who changed what again, keeps the other choices, and never writes over it blindly (U49)", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { dialog, user, now } = await open(fake, row);
    await user.click(button(dialog, "All theirs"));
    expect(button(dialog, "Apply").disabled).toBe(false);
    act(() => {
      const field = row.conflict?.fields.find((each) => each.column === "friction");
      if (field) field.theirs = 0.3;
      fake.state.recordsChanged("sync", row.table, [row.id]);
    });
    await within(dialog).findByText("Ana's phone changed Friction again");
    // What is on screen does not change under the hand.
    expect(group(dialog, "Friction").textContent).toContain("0.41");
    expect(button(dialog, "Apply").disabled).toBe(true);
    expect(described(button(dialog, "Apply"))).toContain("Refresh first");
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, "Refresh"));
    await waitFor(() => expect(group(dialog, /^Friction.*Choose once more/).textContent).toContain("0.3"));
    expect(result(dialog, "friction")).toBe("Not decided yet");
    expect(result(dialog, "condition")).toBe("Closed");
    await choose(user, dialog, /^Friction/, /Their change/);
    await user.click(button(dialog, "Apply"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields).toMatchObject({ friction: 0.3, condition: "closed" });
  });

  it("a decision that comes too late is refused and nothing is lost (theirs_moved)", async () => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, inspection(fake));
    await user.click(button(dialog, "All mine"));
    fake.answer("conflict_resolve", () => {
      throw failed("theirs_moved", "theirs moved");
    });
    await user.click(button(dialog, "Apply"));
    await within(dialog).findByText("This conflict has changed meanwhile");
    expect(result(dialog, "condition")).toBe("Poor");
    expect(now().conflict).not.toBeNull();
  });

  it("says so when it was settled on another device", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { dialog } = await open(fake, row);
    act(() => {
      row.conflict = null;
      row.mark = "synced";
      fake.state.recordsChanged("sync", row.table, [row.id]);
    });
    await within(dialog).findByText("This is settled");
    button(dialog, "Next conflict");
  });

  it("goes on to the next after applying, and Undo brings the conflict back (U51)", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { dialog, user, now } = await open(fake, row);
    const title = fake.state.titleOf(row.id);
    await user.click(button(dialog, "All mine"));
    await user.click(button(dialog, "Apply"));
    await waitFor(() => expect(now().conflict).toBeNull());
    await waitFor(() => expect(within(dialog).queryByRole("heading", { name: title })).toBeNull());
    expect(screen.getByRole("dialog", { name: /.+/ })).toBe(dialog);
    await user.click(await undoOf(`“${title}” resolved`));
    await waitFor(() => expect(now().conflict).not.toBeNull());
  });

  it("says what happens to the value that is not chosen (U52)", async () => {
    const fake = laptop();
    const { dialog } = await open(fake, inspection(fake));
    expect(within(dialog).getByText(/stays in the record's history/)).toBeTruthy();
    expect(within(dialog).getByText("What happens to the value I don't choose?").tagName).toBe("SUMMARY");
  });

  it("shows referenced records by their titles", async () => {
    const fake = laptop();
    const row = rowOf(
      fake,
      (each) => each.conflict?.fields.some((field) => field.column === "severity") ?? false,
    );
    const { dialog, user } = await open(fake, row);
    const mine = row.conflict?.fields.find((field) => field.column === "airfield")?.mine;
    await choose(user, dialog, "Airfield", /Your change/);
    expect(result(dialog, "airfield")).toBe(fake.state.titleOf(String(mine)));
  });

  it("Before both can be folded and is there again at a press (U41)", async () => {
    const fake = laptop();
    const { dialog, user } = await open(fake, inspection(fake));
    await user.click(button(dialog, "Hide “Before both”"));
    expect(within(dialog).queryByRole("radio", { name: /Before both/ })).toBeNull();
    await user.click(button(dialog, "Show “Before both”"));
    expect(within(dialog).getAllByRole("radio", { name: /Before both/ }).length).toBe(5);
  });
});

describe("Keep both (U47)", () => {
  it("asks for another value where two records may not share one, and makes a record of mine", async () => {
    const fake = laptop();
    const row = ofKind(fake, "inserted_twice");
    const { dialog, user, now } = await open(fake, row);
    expect(dialog.textContent).toContain("You and Ben's tablet both created this record");
    expect(within(dialog).queryByRole("radio", { name: /Before both/ })).toBeNull();
    const mine = row.fields.name;
    await user.click(button(dialog, "Keep both…"));
    const name = within(dialog).getByRole<HTMLInputElement>("textbox", { name: /Name/ });
    expect(name.value).toBe(`${mine} (conflicted copy)`);
    const icao = within(dialog).getByRole<HTMLInputElement>("textbox", { name: /ICAO/ });
    expect(icao.value).toBe("");
    expect(dialog.textContent).toContain("No two airfields may have the same ICAO.");
    await expectNoAxeViolations(dialog);
    await user.type(icao, "nope");
    await user.click(button(dialog, "Keep both records"));
    await within(dialog).findByText("Four capital letters or digits.");
    await user.clear(icao);
    await user.type(icao, "ZZZ9");
    await user.click(button(dialog, "Keep both records"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields.name).toMatch(/Gliding Field/);
    expect(rowOf(fake, (each) => each.fields.icao === "ZZZ9").fields.name).toBe(`${mine} (conflicted copy)`);
  });

  it("two that were created become one, field by field", async () => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, ofKind(fake, "inserted_twice"));
    await waitFor(() => expect(here()).toBe("name"));
    // Without a value before both there are two sides to pick from.
    await user.keyboard("2");
    expect(result(dialog, "name")).toMatch(/Gliding Field/);
    await user.click(button(dialog, "All theirs"));
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields.website).toBe("https://gliding.example");
  });
});

describe("what is no matter of fields has its own words (U47)", () => {
  it.each([
    [
      "edited_here_deleted_there",
      "Keep record with my edits",
      false,
      /You edited this record; Ben's tablet deleted it/,
    ],
    ["edited_here_deleted_there", "Accept deletion", true, /You edited this record/],
    [
      "deleted_here_edited_there",
      "Bring it back with their edits",
      false,
      /You deleted this record; Ana's phone edited it/,
    ],
    ["deleted_here_edited_there", "Delete it all the same", true, /You deleted this record/],
  ] as const)("%s: %s", async (kind, way, isDeleted, title) => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, ofKind(fake, kind));
    expect(dialog.textContent).toMatch(title);
    const apply = button(dialog, "Apply");
    expect(apply.disabled).toBe(true);
    expect(described(apply)).toBe("Choose what to do.");
    await user.click(within(dialog).getByRole("radio", { name: new RegExp(way) }));
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, way));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().deleted).toBe(isDeleted);
  });

  it("a deletion against an edit is decided by keyboard, and shows the edits (U46)", async () => {
    const fake = laptop();
    const { dialog, user, now } = await open(fake, ofKind(fake, "edited_here_deleted_there"));
    expect(dialog.textContent).toContain("Strip soft after the thaw");
    await user.keyboard("1");
    expect(dialog.querySelector("[data-result]")?.textContent).toContain(
      "The record is kept with your edits.",
    );
    await user.keyboard("{ArrowDown}");
    expect(dialog.querySelector("[data-result]")?.textContent).toContain("The record is in the trash");
    await user.keyboard("{Control>}z{/Control}{Enter}");
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().deleted).toBe(false);
  });

  it("unique_taken: another value, by name of the record that has it", async () => {
    const fake = laptop();
    const row = ofKind(fake, "unique_taken");
    const { dialog, user, now } = await open(fake, row);
    const holder = fake.state.titleOf(row.conflict?.other ?? "");
    expect(dialog.textContent).toContain(`“${holder}” has it.`);
    expect(
      within(dialog)
        .getByRole("link", { name: `Open “${holder}”` })
        .getAttribute("href"),
    ).toContain(row.conflict?.other ?? "");
    await user.keyboard("1");
    expect(button(dialog, "Send again").disabled).toBe(true);
    expect(described(button(dialog, "Send again"))).toBe("Enter another value first.");
    await user.keyboard("e");
    const icao = within(dialog).getByRole<HTMLInputElement>("textbox", { name: "ICAO" });
    expect(document.activeElement).toBe(icao);
    await user.clear(icao);
    await user.type(icao, "QQQ7");
    await expectNoAxeViolations(dialog);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(now().refusal).toBeNull());
    expect(now().fields.icao).toBe("QQQ7");
    expect(now().mark).toBe("waiting");
  });

  it("unique_taken: my change is discarded, after saying what returns", async () => {
    const fake = laptop();
    const row = ofKind(fake, "unique_taken");
    const before = row.conflict?.fields[0]?.base;
    const { dialog, user, now } = await open(fake, row);
    await user.click(
      within(dialog).getByRole("radio", { name: new RegExp(`Discard my change.*ICAO returns to ${before}`) }),
    );
    await user.click(button(dialog, "Discard my change"));
    await waitFor(() => expect(now().mark).toBe("synced"));
    expect(now().fields.icao).toBe(before);
  });

  it("parent_missing: the missing record is restored from the trash, and one Undo takes both back", async () => {
    const fake = laptop();
    const row = ofKind(fake, "parent_missing");
    const parent = fake.state.row(row.conflict?.other ?? "");
    const { dialog, user, now } = await open(fake, row);
    await user.click(within(dialog).getByRole("radio", { name: /Restore “.+” from the trash/ }));
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, "Restore and send"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(parent.deleted).toBe(false);
    expect(now().fields.airfield).toBe(parent.id);
    await user.click(await undoOf(/restored and your change kept/));
    await waitFor(() => expect(fake.state.row(parent.id).deleted).toBe(true));
    expect(now().conflict).not.toBeNull();
  });

  it("parent_missing: another parent is chosen", async () => {
    const fake = laptop();
    const row = ofKind(fake, "parent_missing");
    const { dialog, user, now } = await open(fake, row);
    // An inspection needs an airfield: it can't be left empty.
    expect(within(dialog).queryByRole("radio", { name: /Leave Airfield empty/ })).toBeNull();
    await user.click(within(dialog).getByRole("radio", { name: /Choose another airfield/ }));
    expect(button(dialog, "Send again").disabled).toBe(true);
    await user.click(within(dialog).getByRole("combobox", { name: /Choose another airfield/ }));
    const [option] = await screen.findAllByRole("option");
    const title = option?.textContent ?? "";
    await user.click(option as HTMLElement);
    await waitFor(() => expect(button(dialog, "Send again").disabled).toBe(false));
    await user.click(button(dialog, "Send again"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(title).toContain(fake.state.titleOf(String(now().fields.airfield)));
  });

  it("parent_missing: a reference that may be empty is left empty", async () => {
    const fake = laptop();
    const row = rowOf(fake, (each) => each.conflict?.kind === "parent_missing" && each.table === "defects");
    const { dialog, user, now } = await open(fake, row);
    expect(dialog.textContent).toContain("points at a record that the server does not have");
    await user.click(within(dialog).getByRole("radio", { name: "Leave Inspection empty" }));
    await user.click(button(dialog, "Send again"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields.inspection).toBeNull();
  });

  it("refused: what is wrong stands at the field; corrected and sent again", async () => {
    const fake = laptop();
    const row = rowOf(fake, (each) => each.refusal?.code === "invalid" && each.table === "airfields");
    const { dialog, user, now } = await open(fake, row);
    expect(dialog.textContent).toContain("The server did not accept your change");
    expect(dialog.textContent).toContain("At most 20 characters.");
    within(dialog).getByRole("radio", { name: /Send again as it is/ });
    await user.click(within(dialog).getByRole("radio", { name: /Correct it and send again/ }));
    const city = within(dialog).getByRole<HTMLInputElement>("textbox", { name: "City" });
    await user.clear(city);
    await user.type(city, "Ulm");
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, "Send again"));
    await waitFor(() => expect(now().refusal).toBeNull());
    expect(now().fields.city).toBe("Ulm");
  });
});

describe("on a phone (U73)", () => {
  it("asks one field a step, and shows at the end what will be saved", async () => {
    widen(390);
    const fake = laptop();
    const { dialog, user, now } = await open(fake, inspection(fake));
    expect(dialog.textContent).toContain("1 of 5");
    expect(dialog.querySelectorAll("[data-field]").length).toBe(1);
    await user.click(within(dialog).getByRole("radio", { name: /Your change/ }));
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, "Next"));
    expect(dialog.textContent).toContain("2 of 5");
    await user.click(within(dialog).getByRole("radio", { name: "Both" }));
    for (let step = 0; step < 3; step++) {
      await user.click(button(dialog, "Next"));
      await user.click(within(dialog).getByRole("radio", { name: /Their change/ }));
    }
    await user.click(button(dialog, "Summary"));
    expect(dialog.textContent).toContain("This is what will be saved");
    expect(dialog.textContent).toContain("ConditionPoor");
    await expectNoAxeViolations(dialog);
    await user.click(button(dialog, "Change Condition"));
    await user.click(within(dialog).getByRole("radio", { name: /Their change/ }));
    for (let step = 0; step < 4; step++) await user.click(button(dialog, "Next"));
    await user.click(button(dialog, "Summary"));
    await user.click(button(dialog, "Apply"));
    await waitFor(() => expect(now().conflict).toBeNull());
    expect(now().fields).toMatchObject({ condition: "closed", friction: 0.41 });
  });

  it("asks for one field alone and applies it there, without a summary of it", async () => {
    widen(390);
    const fake = laptop();
    const row = rowOf(fake, (each) => each.conflict?.fields.length === 1 && !each.conflict.kind);
    const { dialog, user, now } = await open(fake, row);
    expect(dialog.textContent).not.toContain("1 of 1");
    expect(button(dialog, "Apply").disabled).toBe(true);
    expect(described(button(dialog, "Apply"))).toBe("1 field undecided");
    await user.click(within(dialog).getByRole("radio", { name: /Their change/ }));
    await user.click(button(dialog, "Apply"));
    await waitFor(() => expect(now().conflict).toBeNull());
  });

  it("Apply in the summary says what is undecided, and leads there", async () => {
    widen(390);
    const fake = laptop();
    const { dialog, user } = await open(fake, inspection(fake));
    for (let step = 0; step < 4; step++) await user.click(button(dialog, "Next"));
    await user.click(button(dialog, "Summary"));
    expect(button(dialog, "Apply").disabled).toBe(true);
    expect(described(button(dialog, "Apply"))).toBe("5 fields undecided");
    await user.click(button(dialog, "Change Friction"));
    expect(dialog.textContent).toContain("4 of 5");
  });
});

describe("the ways in", () => {
  it("a record's banner opens the dialog over the record, which stays (U38, U48)", async () => {
    const fake = laptop();
    const row = inspection(fake);
    const { user } = renderApp(`#/t/${row.table}/${row.id}`, fake);
    const banner = await screen.findByRole("region", { name: "Needs you: changed here and elsewhere" });
    expect(banner.textContent).toContain("5 fields were changed here and by Ana's phone.");
    await user.click(within(banner).getByRole("button", { name: "Decide…" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(await within(dialog).findByRole("button", { name: "All theirs" }));
    await user.click(button(dialog, "Apply"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.state.row(row.id).conflict).toBeNull();
    expect(window.location.hash).toContain(`/t/${row.table}/${row.id}`);
  });

  it("a refused record leads to it too", async () => {
    const fake = laptop();
    const row = ofKind(fake, "unique_taken");
    const { user } = renderApp(`#/t/${row.table}/${row.id}`, fake);
    await user.click(await screen.findByRole("button", { name: "Decide…" }));
    await screen.findByRole("radio", { name: /Use another value/ });
  });

  it("a row's mark opens it over the list (U8)", async () => {
    const fake = laptop();
    const { user } = renderApp("#/t/airfields", fake);
    const [mark] = await screen.findAllByRole("link", { name: "Needs you: changed here and elsewhere" });
    expect(mark?.getAttribute("href")).toMatch(/^#\/conflicts\/airfields\//);
    await user.click(mark as HTMLElement);
    await screen.findByRole("dialog");
    expect(window.location.hash).toBe("#/t/airfields");
  });

  it("its address opens it, found or not", async () => {
    renderApp("#/conflicts/airfields/nobody", laptop());
    await screen.findByText("This is settled");
  });
});
