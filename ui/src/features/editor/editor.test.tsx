import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useTable } from "@/app/workspace";
import type { Fake } from "@/backend/fake";
import { expectNoAxeViolations, fakeHost, NOW, renderUi } from "@/test";
import { OpenRecord } from "./RecordScreen";

function Opened({ table, id }: { table: string; id: string }) {
  const found = useTable(table);
  return found ? <OpenRecord table={found} id={id} /> : null;
}

/** The laptop, with an inspection open that nobody has touched. */
async function laptop(prepare?: (fake: Fake) => void) {
  const fake = fakeHost();
  const row = [...fake.state.rows.values()].find(
    (each) => each.table === "inspections" && each.mark === "synced",
  );
  if (!row) throw new Error("the fake has an inspection");
  row.fields = { ...row.fields, title: "Runway check", runway: "07/25", friction: 0.5, notes: null };
  prepare?.(fake);
  const ui = renderUi(<Opened table="inspections" id={row.id} />, fake);
  const title = await screen.findByRole("textbox", { name: /Title/ });
  return { ...ui, fake, id: row.id, row: () => fake.state.row(row.id), title };
}

/** What a screen reader says after an element's name. */
const description = (element: HTMLElement) =>
  (element.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => (id && document.getElementById(id)?.textContent) ?? "")
    .join(" ")
    .trim();

const text = (name: RegExp) => screen.getByRole<HTMLInputElement>("textbox", { name });

describe("editing a record", () => {
  it("saves by itself when a field is left and says where it is saved (U15, U16)", async () => {
    const { user, row, title } = await laptop();
    await user.clear(title);
    await user.type(title, "Runway check, wet");
    await user.tab();
    await waitFor(() => expect(row().fields.title).toBe("Runway check, wet"));
    expect(row().draft).toBeNull();
    await screen.findByText(/Saved on this device/);
    await user.click(screen.getByRole("button", { name: /Title: saved on this device/ }));
    const popover = await screen.findByRole("dialog");
    expect(popover.textContent).toContain("BeforeRunway check");
    await user.click(within(popover).getByRole("button", { name: "Undo this field" }));
    await waitFor(() => expect(row().fields.title).toBe("Runway check"));
    expect(text(/Title/).value).toBe("Runway check");
  });

  it("saves after a pause without leaving the field, and the caret stays", async () => {
    const { user, row, title } = await laptop();
    await user.type(title, "!");
    await waitFor(() => expect(row().fields.title).toBe("Runway check!"), { timeout: 2_000 });
    expect(document.activeElement).toBe(title);
    await user.type(title, "!");
    expect(text(/Title/).value).toBe("Runway check!!");
  });

  it("keeps what breaks a rule as a draft, says why, and sends the rest (U20)", async () => {
    const { user, row, title } = await laptop();
    const runway = text(/Runway/);
    // At once, so that on a slow machine no pause comes in between, at which the empty field would be saved.
    await user.click(runway);
    runway.select();
    await user.paste("north");
    await user.tab();
    await screen.findByText("Like 09L/27R.");
    expect(description(runway)).toContain("Like 09L/27R.");
    expect(runway.getAttribute("aria-invalid")).toBe("true");
    expect(row().fields.runway).toBe("07/25");
    await waitFor(() => expect(row().draft?.fields).toEqual({ runway: "north" }));
    await user.type(title, " 2");
    await user.tab();
    await waitFor(() => expect(row().fields.title).toBe("Runway check 2"));
    expect(runway.value).toBe("north");
    expect(screen.getAllByText("Draft – not sent").length).toBeGreaterThan(0);
  });

  it("reads numbers as people type them and keeps text that is no number", async () => {
    const { user, row } = await laptop();
    const friction = text(/Friction/);
    await user.clear(friction);
    await user.type(friction, "0,75");
    await user.tab();
    await waitFor(() => expect(row().fields.friction).toBe(0.75));
    expect(friction.value).toBe("0.75");
    await user.clear(friction);
    await user.type(friction, "slippery");
    await user.tab();
    await screen.findByText("Enter a number.");
    expect(friction.value).toBe("slippery");
  });

  it("restores what was typed before the app was cut off (U17)", async () => {
    const { user, row } = await laptop((fake) => {
      const found = [...fake.state.rows.values()].find((each) => each.fields.title === "Runway check");
      if (found) found.draft = { fields: { title: "Runway check, half ty" }, at: NOW - 240_000 };
    });
    screen.getByText(/Restored unsaved draft from 10:41/);
    expect(text(/Title/).value).toBe("Runway check, half ty");
    expect(row().fields.title).toBe("Runway check");
    await user.click(screen.getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(text(/Title/).value).toBe("Runway check"));
    expect(row().draft).toBeNull();
  });
});

describe("a change from elsewhere while the record is open", () => {
  it("never replaces the text under the caret, and offers theirs (U18)", async () => {
    const { user, fake, id, row, title } = await laptop();
    await user.type(title, " mine");
    act(() => fake.remoteChange(id, { title: "Theirs", runway: "09/27" }));
    await screen.findByText(/^Ana's phone changed this to Theirs/);
    expect(text(/Title/).value).toBe("Runway check mine");
    expect(text(/Runway/).value).toBe("09/27");
    screen.getByText(/Updated by Ana's phone/);
    await user.click(screen.getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(row().fields.title).toBe("Runway check mine"));
  });

  it("is taken over with Use theirs", async () => {
    const { user, fake, id, row, title } = await laptop();
    await user.type(title, " mine");
    act(() => fake.remoteChange(id, { title: "Theirs" }));
    await user.click(await screen.findByRole("button", { name: "Use theirs" }));
    expect(text(/Title/).value).toBe("Theirs");
    expect(row().entry).toBeNull();
  });

  it("that deletes it leaves it in sight until the person decides (U19)", async () => {
    const { user, fake, row, title } = await laptop();
    await user.type(title, " mine");
    act(() => {
      row().deleted = true;
      fake.state.recordsChanged("sync", "inspections", [row().id]);
    });
    await screen.findByText("This record was deleted elsewhere.");
    expect(text(/Title/).value).toBe("Runway check mine");
    await user.click(screen.getByRole("button", { name: "Keep as new record" }));
    await waitFor(() =>
      expect([...fake.state.begun.values()].map((each) => each.title)).toEqual(["Runway check mine"]),
    );
  });
});

describe("what needs the person", () => {
  it("a conflict is told in the record, with the way to decide; the record stays usable (U38, U48)", async () => {
    const { user, row, title } = await laptop((fake) => {
      const found = [...fake.state.rows.values()].find((each) => each.fields.title === "Runway check");
      if (!found) return;
      found.mark = "conflict";
      found.conflict = {
        theirs: { who: "Ana's phone", at: NOW - 60_000 },
        fields: [{ column: "runway", base: "01/19", mine: "07/25", theirs: "09/27" }],
      };
    });
    const banner = screen.getByRole("region", { name: "Needs you: changed here and elsewhere" });
    expect(banner.textContent).toContain("1 field was changed here and by Ana's phone. You see yours.");
    within(banner).getByRole("button", { name: "Decide…" });
    await expectNoAxeViolations(banner);
    await user.type(title, "!");
    await user.tab();
    await waitFor(() => expect(row().fields.title).toBe("Runway check!"));
    expect(row().conflict).not.toBeNull();
  });

  it.each([
    ["edited_here_deleted_there", "You edited this record; Ana's phone deleted it."],
    ["deleted_here_edited_there", "You deleted this record; Ana's phone edited it."],
    ["inserted_twice", "You and Ana's phone both created this record."],
  ] as const)("%s has its own words in the record (U47)", async (kind, words) => {
    await laptop((fake) => {
      const found = [...fake.state.rows.values()].find((each) => each.fields.title === "Runway check");
      if (!found) return;
      found.mark = "conflict";
      found.deleted = kind === "deleted_here_edited_there";
      found.conflict = { kind, theirs: { who: "Ana's phone", at: NOW - 60_000 }, fields: [] };
    });
    const banner = screen.getByRole("region", { name: "Needs you: changed here and elsewhere" });
    expect(banner.textContent).toContain(words);
  });

  it("a refusal says why, leads to the field and can be tried again", async () => {
    const { user, row } = await laptop((fake) => {
      const found = [...fake.state.rows.values()].find((each) => each.fields.title === "Runway check");
      if (!found) return;
      found.mark = "refused";
      found.entry = {
        op_id: "op-9",
        kind: "update",
        before: { runway: "01/19" },
        edited_at: NOW,
        attempts: 1,
      };
      found.refusal = {
        code: "not_unique",
        message: "unique",
        field_errors: [
          { table: "inspections", column: "runway", kind: "text", rule: { name: "unique" }, message: "" },
        ],
      };
    });
    const panel = screen.getByRole("region", { name: "The server did not accept this change" });
    expect(panel.textContent).toContain("Another record has this value already.");
    await user.click(within(panel).getByRole("button", { name: "Edit" }));
    expect(document.activeElement).toBe(text(/Runway/));
    await user.click(within(panel).getByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("01/19");
    await user.click(within(dialog).getByRole("button", { name: "Keep it" }));
    await user.click(within(panel).getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(row().refusal).toBeNull());
  });

  it("the form has no accessibility violation", async () => {
    const { container } = await laptop();
    await expectNoAxeViolations(container);
  });
});
