import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { go } from "@/app/history";
import { paths } from "@/app/paths";
import { actionName, skippedWords } from "@/app/undoWords";
import type { ActionInfo } from "@/backend";
import { schema } from "@/backend/fake/schema";
import { expectNoAxeViolations, fakeHost, NOW, renderApp } from "@/test";

const A = "air-00012";
const B = "air-00013";

/** The laptop shows its settings (nothing to type in) after two cities were changed. */
async function laptop() {
  const fake = fakeHost();
  await fake.invoke("record_update", { table: "airfields", id: A, patch: { city: "Ulm" } });
  await fake.invoke("records_update", {
    table: "airfields",
    selection: { kind: "ids", ids: [A, B] },
    patch: { region: "Coast" },
    preview: false,
  });
  const shown = renderApp(paths.settings(), fake);
  await screen.findByRole("heading", { name: "Settings" });
  const field = (id: string, column: string) => fake.state.row(id).fields[column];
  return { ...shown, fake, field };
}

describe("undo and redo", () => {
  it("by key take back the latest named action, and say which (U53)", async () => {
    const { user, field } = await laptop();
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText("Undone: Change Region of 2 records");
    expect(field(A, "region")).not.toBe("Coast");
    expect(field(A, "city")).toBe("Ulm");
    await user.keyboard("{Control>}z{/Control}");
    await waitFor(() => expect(field(A, "city")).not.toBe("Ulm"));
    await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await waitFor(() => expect(field(A, "city")).toBe("Ulm"));
    await user.keyboard("{Control>}y{/Control}");
    await waitFor(() => expect(field(A, "region")).toBe("Coast"));
    await user.keyboard("{Control>}y{/Control}");
    await screen.findByText("Nothing to redo");
  });

  it("survive a sync as new changes, and leave alone what someone has changed since (U53)", async () => {
    const { user, fake, field } = await laptop();
    await fake.invoke("sync_now", {});
    await waitFor(() => expect(fake.state.row(A).mark).toBe("synced"));
    act(() => fake.remoteChange(A, { region: "Highlands" }));
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText(/1 field was left alone: someone changed it since\./);
    expect(field(A, "region")).toBe("Highlands");
    expect(field(B, "region")).not.toBe("Coast");
    expect(fake.state.row(B).mark).toBe("waiting");
  });

  it("leave a text field its own undo", async () => {
    const { user, field } = await laptop();
    act(() => go(paths.record("airfields", A)));
    await user.click(await screen.findByRole("textbox", { name: /^City/ }));
    await user.keyboard("{Control>}z{/Control}");
    await act(() => new Promise((done) => setTimeout(done, 50)));
    expect(field(A, "region")).toBe("Coast");
  });

  it("are offered by name in the palette and beside the status (U53, U81)", async () => {
    const { user, container } = await laptop();
    await screen.findByRole("button", { name: "Undo “Change Region of 2 records”" });
    await expectNoAxeViolations(container);
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("option", { name: /Undo “Change Region of 2 records”/ });
    await user.keyboard("recent");
    await user.click(await screen.findByRole("option", { name: "Recent actions" }));
    await screen.findByRole("dialog", { name: "Recent actions" });
  });

  it("are listed as recent actions, each with its way back (U53)", async () => {
    const { user, fake, field } = await laptop();
    await user.click(screen.getAllByRole("button", { name: /^(Show r|R)ecent actions$/ })[0] as HTMLElement);
    const dialog = await screen.findByRole("dialog", { name: "Recent actions" });
    const done = await within(dialog).findByRole("region", { name: "Done" });
    expect(within(done).getAllByRole("listitem").length).toBe(2);
    // The older one, over the newer one: only what it did is taken back.
    await user.click(
      within(done).getByRole("button", { name: `Undo “Change City of ${fake.state.titleOf(A)}”` }),
    );
    await waitFor(() => expect(field(A, "city")).not.toBe("Ulm"));
    expect(field(A, "region")).toBe("Coast");
    const undone = await within(dialog).findByRole("region", { name: "Undone" });
    await expectNoAxeViolations(dialog);
    await user.click(within(undone).getByRole("button", { name: /^Redo/ }));
    await waitFor(() => expect(field(A, "city")).toBe("Ulm"));
  });

  it("withdraw the message that offered the same", async () => {
    const { user, fake } = renderApp(paths.trash(), fakeHost({ trash: true }));
    await user.click((await screen.findAllByRole("button", { name: /^Restore “/ }))[0] as HTMLElement);
    await screen.findByText(/ is back$/);
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText(/^Undone: Restore .* from the trash$/);
    await waitFor(() => expect(screen.queryByText(/ is back$/)).toBeNull());
    expect(fake.state.row("air-90000").deleted).toBe(true);
  });

  it("have a name for every verb, for one record and for many", () => {
    const info = (more: Partial<ActionInfo>): ActionInfo => ({
      action: "a-1",
      at: NOW,
      verb: "update",
      table: "inspections",
      records: 1,
      id: "ins-1",
      title: "Runway check",
      column: null,
      ...more,
    });
    const name = (more: Partial<ActionInfo>) => actionName(info(more), schema);
    expect(name({ column: "condition", records: 12, id: null, title: null })).toBe(
      "Change Condition of 12 records",
    );
    expect(name({ column: "condition" })).toBe("Change Condition of Runway check");
    const verbs = "create update delete undelete restore resolve discard revert".split(" ");
    for (const verb of verbs as ActionInfo["verb"][])
      for (const records of [1, 7]) {
        expect(name({ verb, records })).not.toMatch(/\.(one|many)/);
        expect(name({ verb, records, column: "condition" })).toMatch(/^[A-Z]/);
      }
    expect(skippedWords(0)).toBe("");
    expect(skippedWords(2)).toBe("2 fields were left alone: someone changed them since.");
  });
});
