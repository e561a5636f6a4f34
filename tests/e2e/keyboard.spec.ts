// The whole way by keyboard: find, open, edit, leave, and see it saved.

import { openTable, record, row, searchBox } from "./steps";
import { expect, test } from "./world";

test("a record is found, edited and left without a mouse (U75, U76, U81)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  const keys = laptop.keyboard;

  // `/` goes to the search, ↓ to the list, Enter opens.
  await keys.press("/");
  await expect(searchBox(laptop)).toBeFocused();
  await keys.type("Mariazell");
  await expect(row(laptop, "Mariazell Airport")).toBeVisible();
  await expect(laptop.getByRole("row")).toHaveCount(2);
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await expect(record(laptop).getByRole("heading", { name: "Mariazell Airport" })).toBeVisible();

  // F6 reaches the record's pane, Tab its fields.
  const city = record(laptop).getByRole("textbox", { name: "City" });
  for (let press = 0; press < 8 && !(await isWithin(record(laptop))); press += 1) await keys.press("F6");
  for (let press = 0; press < 25 && !(await isFocused(city)); press += 1) await keys.press("Tab");
  await expect(city).toBeFocused();
  await keys.press("ControlOrMeta+A");
  await keys.type("Mariazell am Erlaufsee");
  await keys.press("Tab");
  await expect(record(laptop).getByText(/^Saved on this device|^Synced$/)).toBeVisible();
  await expect(city).toHaveValue("Mariazell am Erlaufsee");
});

test("the palette goes anywhere and ? lists the keys (U81)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  await laptop.keyboard.press("ControlOrMeta+k");
  const palette = laptop.getByRole("dialog", { name: "Go to or do" });
  await expect(palette).toBeVisible();
  await laptop.keyboard.type("outbox");
  await laptop.keyboard.press("Enter");
  await expect(laptop.getByRole("heading", { name: "Outbox" })).toBeVisible();

  await laptop.keyboard.press("?");
  const sheet = laptop.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toBeVisible();
  await laptop.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

const isFocused = (locator: import("@playwright/test").Locator) =>
  locator.evaluate((element) => element === document.activeElement);
const isWithin = (locator: import("@playwright/test").Locator) =>
  locator.evaluate((element) => element.contains(document.activeElement));
