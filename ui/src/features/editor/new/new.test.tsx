import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useTable } from "@/app/workspace";
import { type Args, call } from "@/backend";
import { Drafts } from "@/features/drafts";
import { expectNoAxeViolations, fakeHost, renderUi } from "@/test";
import { Begun } from "./NewRecordScreen";

function Opened({ table, id }: { table: string; id: string }) {
  const found = useTable(table);
  return found ? <Begun table={found} id={id} /> : null;
}

function List({ table }: { table: string }) {
  const found = useTable(table);
  return found ? <Drafts table={found} /> : null;
}

async function begin(args: Partial<Args<"record_new">> = {}) {
  const fake = fakeHost();
  const begun = await call("record_new", { table: "inspections", copy_of: null, fields: {}, ...args });
  const ui = renderUi(<Opened table="inspections" id={begun.id} />, fake);
  const title = await screen.findByRole<HTMLInputElement>("textbox", { name: /Title/ });
  return { ...ui, fake, id: begun.id, title };
}

describe("beginning a record", () => {
  it("is quiet until the person has been in a field, and Create leads to what is missing", async () => {
    const { user, fake, id, container } = await begin();
    expect(screen.queryByText("Enter a value.")).toBeNull();
    await screen.findByText("2 fields to mend before you can create it");
    await user.click(screen.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(screen.getAllByText("Enter a value.")).toHaveLength(2));
    expect((document.activeElement as HTMLInputElement).getAttribute("aria-required")).toBe("true");
    expect(fake.state.rows.has(id)).toBe(false);
    await expectNoAxeViolations(container);
  });

  it("keeps what is typed on the device and creates it when it is whole", async () => {
    const { user, fake, id, title } = await begin({ fields: { airfield: "air-00001" } });
    await user.type(title, "Night check");
    await waitFor(() => expect(fake.state.begun.get(id)?.fields.title).toBe("Night check"));
    await user.click(screen.getByRole("button", { name: "Create" }));
    await waitFor(() =>
      expect(fake.state.rows.get(id)?.fields).toMatchObject({ title: "Night check", condition: "good" }),
    );
    expect(window.location.hash).toContain(id);
  });

  it("can be left and come back to", async () => {
    const { user, fake, id, title, unmount } = await begin();
    await user.type(title, "Half a title");
    unmount();
    await waitFor(() => expect(fake.state.begun.get(id)?.title).toBe("Half a title"));
    renderUi(<List table="inspections" />, fake);
    const link = await screen.findByRole<HTMLAnchorElement>("link", { name: /Half a title/ });
    expect(link.getAttribute("href")).toBe(`#/t/inspections/new/${id}`);
  });

  it("is thrown away only after asking, once something is typed", async () => {
    const { user, fake, id, title } = await begin();
    await user.type(title, "Oops");
    await user.click(screen.getByRole("button", { name: "Discard draft" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(fake.state.begun.has(id)).toBe(true);
    await user.click(
      [...dialog.querySelectorAll("button")].find((each) => each.textContent === "Discard draft") as Element,
    );
    await waitFor(() => expect(fake.state.begun.has(id)).toBe(false));
  });
});
