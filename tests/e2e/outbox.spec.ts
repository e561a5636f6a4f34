// The outbox shows what waits, and lets a person take it back.

import { goOffline, goOnline, openRecord, record } from "./steps";
import { expect, test } from "./world";

test("the outbox shows old and new; a discard says what returns, and can be undone (U33, U34, U36, U37)", async ({
  laptop,
}) => {
  await openRecord(laptop, "Airfields", "Linz Airport");
  await goOffline(laptop);
  await record(laptop).getByRole("textbox", { name: "City" }).fill("Hörsching");
  await laptop.keyboard.press("Tab");
  await expect(record(laptop).getByText(/^Saved on this device/)).toBeVisible();

  await laptop
    .getByRole("navigation")
    .getByRole("link", { name: /^Outbox/ })
    .click();
  await expect(laptop.getByText("1 change, in sending order")).toBeVisible();
  await expect(laptop.getByRole("heading", { name: /^Linz Airport/ })).toBeVisible();
  const item = laptop.getByRole("main").getByRole("listitem").filter({ hasText: "City" });
  await expect(item).toContainText("Linz");
  await expect(item).toContainText("Hörsching");

  // Discard, after a look at what returns.
  await item.getByRole("button", { name: "Discard" }).click();
  const dialog = laptop.getByRole("dialog", { name: "Discard this change?" });
  await expect(dialog).toContainText("These fields return to what the server has:");
  await dialog.getByRole("button", { name: "Discard change" }).click();
  await expect(laptop.getByText("Everything is on the server")).toBeVisible();

  // And back again.
  await laptop.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(item).toContainText("Hörsching");
  await goOnline(laptop);
  await expect(laptop.getByText("Everything is on the server")).toBeVisible();
});
