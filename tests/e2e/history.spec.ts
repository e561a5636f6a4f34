// A record's story, the trash, and taking things back, over the real client and the real server.

import type { Locator, Page } from "@playwright/test";
import { create, hasRead, type Ref, read, remove, sent, shared, update, workOffline } from "./collisions";
import { message } from "./deciding";
import { record } from "./steps";
import { command, expect, test, withPage } from "./world";

test.beforeEach(async ({ laptop, phone }) => {
  for (const device of [laptop, phone]) {
    await device.goto("/");
    // The start leads to the first table; what is opened before that would be left again.
    await device.waitForURL(/#\/t\//);
    await workOffline(device, false);
  }
});

const airfield = (name: string) => ({ name, country: "AT", city: "Before", elevation_ft: 1000 });
const pathOf = ({ table, id }: Ref) => `/#/t/${table}/${id}`;
const city = (page: Page) => record(page).getByRole("textbox", { name: "City" });
const entry = (page: Page, words: string | RegExp): Locator =>
  page.getByRole("main").getByRole("article").filter({ hasText: words });

/** Types a city into the open record, leaves the field, and has it saved. */
async function typeCity(page: Page, ref: Ref, value: string): Promise<void> {
  await city(page).fill(value);
  await page.keyboard.press("Tab");
  await expect.poll(async () => (await read(page, ref)).fields.city).toBe(value);
}

test("an undo after the sync is a new change that reaches the other device (U53)", async ({
  laptop,
  phone,
}) => {
  const ref = await shared(laptop, phone, "airfields", airfield("Undone Field"));
  await phone.goto(pathOf(ref));
  await laptop.goto(pathOf(ref));
  await typeCity(laptop, ref, "Typed");
  await expect(record(laptop).getByText("Synced", { exact: true })).toBeVisible();
  await hasRead(phone, ref, { city: "Typed" });
  await expect(city(phone)).toHaveValue("Typed");

  await laptop.getByRole("button", { name: "Undo “Change City of Undone Field”" }).click();
  await expect(message(laptop, "Undone: Change City of Undone Field")).toBeVisible();
  await expect(city(laptop)).toHaveValue("Before");
  await sent(laptop);
  await hasRead(phone, ref, { city: "Before" });
  await expect(city(phone)).toHaveValue("Before");

  // And redo, by key, from outside a text field.
  await laptop.goto("/#/settings");
  await expect(laptop.getByRole("heading", { name: "Settings" })).toBeVisible();
  await laptop.keyboard.press("ControlOrMeta+Shift+z");
  await expect(message(laptop, "Redone: Change City of Undone Field")).toBeVisible();
  await sent(laptop);
  await hasRead(phone, ref, { city: "Typed" });
  await expect(city(phone)).toHaveValue("Typed");
});

test("recent actions are there after a reload, each with its way back (U53)", async ({ laptop, phone }) => {
  const first = await shared(laptop, phone, "airfields", airfield("First Field"));
  const second = await shared(laptop, phone, "airfields", airfield("Second Field"));
  await laptop.goto(pathOf(first));
  await typeCity(laptop, first, "One");
  await sent(laptop);
  await laptop.goto(pathOf(second));
  await typeCity(laptop, second, "Two");
  await sent(laptop);

  await laptop.reload();
  await expect(city(laptop)).toHaveValue("Two");
  await laptop.getByRole("button", { name: "Recent actions" }).click();
  const list = laptop.getByRole("dialog", { name: "Recent actions" });
  await list.getByRole("button", { name: "Undo “Change City of First Field”" }).click();
  await expect(list.getByRole("button", { name: "Redo “Change City of First Field”" })).toBeVisible();
  await sent(laptop);
  await hasRead(phone, first, { city: "Before" });
  await hasRead(phone, second, { city: "Two" });
});

test("an undo leaves alone what someone else changed since, and says so (U53)", async ({ laptop, phone }) => {
  const ref = await shared(laptop, phone, "airfields", airfield("Changed Since"));
  await laptop.goto(pathOf(ref));
  await update(laptop, ref, { city: "Laptop", elevation_ft: 1010 });
  await sent(laptop);
  await hasRead(phone, ref, { city: "Laptop" });
  await update(phone, ref, { city: "Phone" });
  await sent(phone);
  await hasRead(laptop, ref, { city: "Phone" });

  await laptop.getByRole("button", { name: "Undo “Change Changed Since”" }).click();
  await expect(message(laptop, "1 field was left alone: someone changed it since.")).toBeVisible();
  await expect(city(laptop)).toHaveValue("Phone");
  await expect(record(laptop).getByRole("textbox", { name: "Elevation" })).toHaveValue(/1,?000/);
});

test("a field is brought back from history, after a look, on both devices (U54, U55)", async ({
  laptop,
  phone,
}) => {
  const ref = await shared(laptop, phone, "airfields", airfield("Restored Field"));
  await update(laptop, ref, { city: "Laptop", elevation_ft: 1010 });
  await sent(laptop);
  await hasRead(phone, ref, { city: "Laptop" });
  await update(phone, ref, { city: "Phone" });
  await sent(phone);
  await hasRead(laptop, ref, { city: "Phone" });

  await laptop.goto(pathOf(ref));
  await record(laptop).getByRole("button", { name: "More for this record" }).click();
  await laptop.getByRole("menuitem", { name: "History" }).click();
  await expect(entry(laptop, /^phone · Edited/)).toContainText("Phone");
  const mine = entry(laptop, /^This device · Edited/);
  await expect(mine).toContainText("Laptop");
  await mine.getByRole("button", { name: "Bring back a value of City" }).click();
  await laptop.getByRole("menuitem", { name: /Bring back “Laptop”/ }).click();

  const dialog = laptop.getByRole("dialog", { name: "Bring back this value of City?" });
  await expect(dialog).toContainText("Phone");
  await expect(dialog).toContainText("Laptop");
  await dialog.getByRole("button", { name: "Restore" }).click();
  await expect(message(laptop, "City of “Restored Field” brought back")).toBeVisible();
  await expect(entry(laptop, "Earlier values restored")).toBeVisible();

  await sent(laptop);
  await hasRead(phone, ref, { city: "Laptop" });
  expect((await read(phone, ref)).fields, "only the field that was asked for").toMatchObject({
    elevation_ft: 1010,
  });
});

test("a deletion on the other device is in the trash here, with who and when, and comes back (U56)", async ({
  laptop,
  phone,
}) => {
  const ref = await shared(laptop, phone, "airfields", airfield("Thrown Away"));
  await remove(phone, ref);
  await sent(phone);
  await hasRead(laptop, ref, "deleted");

  await laptop.goto("/");
  await laptop.getByRole("navigation").getByRole("link", { name: "Trash" }).click();
  const line = laptop.getByRole("main").getByRole("listitem").filter({ hasText: "Thrown Away" });
  await expect(line).toContainText("Deleted by phone");
  await line.getByRole("button", { name: "Restore “Thrown Away”" }).click();
  await expect(message(laptop, "“Thrown Away” is back")).toBeVisible();
  await expect(line).toBeHidden();
  await sent(laptop);
  await hasRead(phone, ref, { city: "Before", elevation_ft: 1000 });
});

test("many come back from the trash at once, and one Undo takes them there again (U12, U56)", async ({
  laptop,
  phone,
}) => {
  const refs = [];
  for (const name of ["Thrown One", "Thrown Two", "Thrown Three"]) {
    const ref = await shared(laptop, phone, "airfields", airfield(name));
    await remove(phone, ref);
    refs.push(ref);
  }
  await sent(phone);
  for (const ref of refs) await hasRead(laptop, ref, "deleted");

  await laptop.goto("/#/trash");
  const main = laptop.getByRole("main");
  const box = (name: string) => main.getByRole("checkbox", { name: `Select “${name}”` });
  await box("Thrown One").focus();
  await laptop.keyboard.press("Space");
  await box("Thrown Two").focus();
  await laptop.keyboard.press("Space");
  await main.getByRole("button", { name: "Restore 2 records" }).focus();
  await laptop.keyboard.press("Enter");
  await expect(message(laptop, "2 records are back")).toBeVisible();
  await expect(box("Thrown One")).toBeHidden();
  await expect(box("Thrown Three")).toBeVisible();
  await expect(main.getByRole("checkbox", { name: "Select all that are shown" })).toBeFocused();
  await sent(laptop);
  for (const ref of refs.slice(0, 2)) await hasRead(phone, ref, { city: "Before", elevation_ft: 1000 });

  await laptop.keyboard.press("Control+z");
  await expect(box("Thrown One")).toBeVisible();
  await sent(laptop);
  for (const ref of refs) await hasRead(phone, ref, "deleted");
});

test("a line says where a record's latest change is (U32)", async ({ laptop, phone }) => {
  const ref = await shared(laptop, phone, "airfields", airfield("Where Is It"));
  await laptop.goto(pathOf(ref));
  const line = record(laptop).getByRole("region", { name: "Where this record's latest change is" });
  await workOffline(laptop, true);
  await typeCity(laptop, ref, "Typed");
  await expect(line).toContainText(/Edited .*waiting to be sent/);
  await line.getByRole("button").first().click();
  await expect(line).toContainText("You switched to working offline.");
  await line.getByRole("button").first().click();

  await sent(laptop);
  await expect(line).toContainText(/Edited .*sent .*version \S+ on the server/);
  // The other device has the same version.
  const version = /version (\S+) on the server/.exec((await line.textContent()) ?? "")?.[1] ?? "none";
  await hasRead(phone, ref, { city: "Typed" });
  await phone.goto(pathOf(ref));
  const there = record(phone).getByRole("region", { name: "Where this record's latest change is" });
  await expect(there).toContainText(new RegExp(`version ${version} on the server`, "i"));
});

test("a device that joined late is told the whole story by the server (U54)", async ({
  browser,
  laptop,
  phone,
  world,
}) => {
  const ref = await create(laptop, "airfields", airfield("Old Story"));
  await sent(laptop);
  await update(laptop, ref, { city: "Laptop" });
  await sent(laptop);
  await hasRead(phone, ref, { city: "Laptop" });
  await update(phone, ref, { city: "Phone" });
  await sent(phone);

  await withPage(browser, await world.joins("tablet"), async (tablet) => {
    await tablet.goto(`${pathOf(ref)}/history`);
    await expect(tablet.getByText("From this device and the server")).toBeVisible();
    await expect(entry(tablet, /^phone · Edited/)).toContainText("Phone");
    await expect(entry(tablet, /^laptop · Edited/)).toContainText("Laptop");
    await expect(entry(tablet, /^laptop · Created/)).toContainText("Old Story");

    // And brings back what it has never had itself.
    await entry(tablet, /^laptop · Created/)
      .getByRole("button", { name: "Restore this version" })
      .click();
    const dialog = tablet.getByRole("dialog", { name: /^Restore the version of/ });
    await expect(dialog).toContainText("Before");
    await dialog.getByRole("button", { name: "Restore" }).click();
    await sent(tablet);

    // With no network it says what it shows.
    await workOffline(tablet, true);
    await tablet.reload();
    await expect(tablet.getByText(/^Only what this device knows/)).toBeVisible();
    await command(tablet, "work_offline_set", { on: false });
  });
  await hasRead(laptop, ref, { city: "Before" });
});
