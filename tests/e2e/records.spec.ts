// Making, copying and taking away records.

import { expectSynced, openRecord, openTable, record, row, search, syncNow } from "./steps";
import { expect, test } from "./world";

test("a new inspection is made on the laptop, of every kind of field, and read on the phone (U21)", async ({
  laptop,
  phone,
}) => {
  await openTable(laptop, "Inspections");
  await laptop.getByRole("button", { name: "New inspection" }).click();
  const form = record(laptop);
  await form.getByRole("textbox", { name: "Summary" }).fill("Birds on the threshold of 08");
  await form.getByRole("combobox", { name: "Airfield" }).fill("Innsbruck");
  await laptop.getByRole("option", { name: /Innsbruck Airport/ }).click();
  await form.getByRole("spinbutton", { name: "day, Inspected at" }).click();
  await laptop.keyboard.type("120720260930");
  await form.getByRole("radio", { name: "Poor" }).click();
  await form.getByText("Birds", { exact: true }).click();
  await form.getByRole("textbox", { name: "Runway" }).fill("08/26");
  await form.getByRole("textbox", { name: "Notes" }).fill("A flock of gulls.\nThe tower knows.");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(form.getByRole("heading", { name: "Birds on the threshold of 08" })).toBeVisible();
  await expectSynced(laptop);

  await openTable(phone, "Inspections");
  await syncNow(phone);
  await openRecord(phone, "Inspections", "Birds on the threshold of 08");
  const read = record(phone);
  await expect(read.getByRole("combobox", { name: "Airfield" })).toHaveValue("Innsbruck Airport");
  await expect(read.getByRole("spinbutton", { name: "month, Inspected at" })).toHaveText("07");
  await expect(read.getByRole("radio", { name: "Poor" })).toBeChecked();
  await expect(read.getByRole("checkbox", { name: "Birds" })).toBeChecked();
  await expect(read.getByRole("textbox", { name: "Notes" })).toHaveValue(
    "A flock of gulls.\nThe tower knows.",
  );
});

test("a record is duplicated (U24)", async ({ laptop }) => {
  await openRecord(laptop, "Airfields", "Hohenems-Dornbirn Airport");
  await record(laptop).getByRole("button", { name: "More for this record" }).click();
  await laptop.getByRole("menuitem", { name: "Duplicate" }).click();

  // The copy is a draft of its own; what must be unique is not copied.
  const form = record(laptop);
  await expect(form.getByRole("textbox", { name: "City" })).toHaveValue("Hohenems / Dornbirn");
  await form.getByRole("textbox", { name: "Name" }).fill("Hohenems Heliport");
  await form.getByRole("textbox", { name: "Code", exact: false }).first().fill("LOX1");
  await form.getByRole("textbox", { name: "IATA code" }).fill("");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(form.getByRole("heading", { name: "Hohenems Heliport" })).toBeVisible();
});

test("a deleted record comes back with Undo (U24)", async ({ laptop }) => {
  await openRecord(laptop, "Airfields", "Turnau Airport");
  await record(laptop).getByRole("button", { name: "More for this record" }).click();
  await laptop.getByRole("menuitem", { name: "Delete" }).click();
  await expect(laptop.getByText("“Turnau Airport” deleted")).toBeVisible();

  await laptop.getByRole("button", { name: "Undo", exact: true }).click();
  await openTable(laptop, "Airfields");
  await search(laptop, "Turnau Airport");
  await expect(row(laptop, "Turnau Airport")).toBeVisible();
  await expectSynced(laptop);
});
