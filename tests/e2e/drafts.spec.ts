// What can't be saved is not lost either.

import { openRecord, openTable, record } from "./steps";
import { expect, test } from "./world";

test("a value that breaks a rule is told beside its field and kept over a reload (U17, U20)", async ({
  laptop,
}) => {
  await openRecord(laptop, "Airfields", "Wels Airport");
  const code = () => record(laptop).getByRole("textbox", { name: /^Country/ });
  await code().fill("Austria");
  await laptop.keyboard.press("Tab");
  await expect(
    record(laptop)
      .getByText(/two capital letters/i)
      .last(),
  ).toBeVisible();
  await expect(code()).toHaveAttribute("aria-invalid", "true");
  await expect(record(laptop).getByText("Draft – not sent").first()).toBeVisible();

  // The window goes away and comes back: what was typed is there, and says so.
  await laptop.reload();
  await expect(code()).toHaveValue("Austria");
  await expect(record(laptop).getByText(/^Restored unsaved draft from/)).toBeVisible();

  // Discarded, the record is as it was.
  await record(laptop).getByRole("button", { name: "Discard" }).click();
  await expect(code()).toHaveValue("AT");
});

test("a new record that is not finished is kept as a draft and found again (U17, U20)", async ({
  laptop,
}) => {
  await openTable(laptop, "Inspections");
  await laptop.getByRole("button", { name: "New inspection" }).click();
  await record(laptop).getByRole("textbox", { name: "Summary" }).fill("Half a thought");
  await laptop.keyboard.press("Tab");
  await expect(record(laptop).getByText("Not saved yet – kept as a draft")).toBeVisible();

  await laptop.reload();
  await expect(record(laptop).getByRole("textbox", { name: "Summary" })).toHaveValue("Half a thought");
});
