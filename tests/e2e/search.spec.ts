// The list over all 28,000 airfields: it opens at once, finds at once, and keeps its place.

import { openTable, row, search, searchBox } from "./steps";
import { expect, test } from "./world";

test("the list opens from local data and holds every airfield (U6, U7)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  const grid = laptop.getByRole("grid", { name: "Airfields" });
  const rows = Number(await grid.getAttribute("aria-rowcount"));
  expect(rows).toBeGreaterThan(28_000);
  // Only what is near the screen exists.
  expect(await grid.getByRole("row").count()).toBeLessThan(120);
});

test("the answer to a search comes as one types, over all text fields (U10)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  await search(laptop, "innsbruck");
  await expect(row(laptop, "Innsbruck Airport")).toBeVisible();
  await search(laptop, "LOWW");
  await expect(row(laptop, "Vienna International Airport")).toBeVisible();
  await expect(row(laptop, "Innsbruck Airport")).toBeHidden();
  await expect(laptop.getByText(/^1 record found|^1 of/).first()).toBeAttached();
});

test("a search without a result offers what to do next (U10, U86)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  await search(laptop, "zzyzx-on-the-moon");
  await expect(laptop.getByText("Nothing found", { exact: true }).first()).toBeVisible();
  await expect(laptop.getByRole("button", { name: "Create “zzyzx-on-the-moon”" })).toBeVisible();
  await laptop.getByRole("button", { name: "Clear filters" }).click();
  await expect(searchBox(laptop)).toHaveValue("");
  await expect(laptop.getByRole("grid", { name: "Airfields" })).toBeVisible();
});

test("search and sort are part of the address and survive a reload (U11)", async ({ laptop }) => {
  await openTable(laptop, "Airfields");
  await search(laptop, "airport lower austria");
  await laptop.getByRole("columnheader", { name: "Name" }).click();
  await expect(laptop.getByRole("columnheader", { name: "Name" })).toHaveAttribute(
    "aria-sort",
    /ascending|descending/,
  );
  const first = laptop.getByRole("row").nth(1);
  const before = (await first.textContent()) ?? "";
  await laptop.reload();
  await expect(searchBox(laptop)).toHaveValue("airport lower austria");
  await expect(first).toHaveText(before);
});
