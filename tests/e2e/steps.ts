// What a person does, in words that the stories use. Everything is found by role and name.

import { expect, type Locator, type Page } from "@playwright/test";

/** The one status button. */
export const statusButton = (page: Page): Locator => page.getByRole("button", { name: /^Sync status/ });

/** Opens the status popover, does something in it, and closes it again. */
async function inStatus(page: Page, act: (popover: Locator) => Promise<void>): Promise<void> {
  await statusButton(page).click();
  const popover = page.getByRole("dialog", { name: "Sync status" });
  await act(popover);
  await page.keyboard.press("Escape");
  await expect(popover).toBeHidden();
}

async function switchOffline(page: Page, on: boolean): Promise<void> {
  await inStatus(page, async (popover) => {
    const toggle = popover.getByRole("switch", { name: "Work offline" });
    if ((await toggle.isChecked()) !== on) await toggle.press("Space");
    await expect(toggle).toBeChecked({ checked: on });
  });
}

export const goOffline = (page: Page) => switchOffline(page, true);
export const goOnline = (page: Page) => switchOffline(page, false);

/** Asks for a sync and waits for the word that all is synced. */
export async function syncNow(page: Page): Promise<void> {
  await inStatus(page, (popover) => popover.getByRole("button", { name: "Sync now" }).click());
  await expectSynced(page);
}

export async function expectSynced(page: Page): Promise<void> {
  await expect(statusButton(page)).toHaveAccessibleName("Sync status: Synced");
}

/** Opens a table by its link in the navigation; waits until its list has rows. */
export async function openTable(page: Page, table: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: table, exact: true }).click();
  await expect(page.getByRole("grid", { name: table })).toBeVisible();
}

export const searchBox = (page: Page): Locator => page.getByRole("searchbox", { name: /^Search/ });

export async function search(page: Page, words: string): Promise<void> {
  await searchBox(page).fill(words);
}

/** The row of the record with that title. */
export const row = (page: Page, title: string): Locator => page.getByRole("row", { name: title });

/** The pane of the open record. */
export const record = (page: Page): Locator => page.getByRole("region", { name: "Record", exact: true });

/** Finds a record by its title and opens it. */
export async function openRecord(page: Page, table: string, title: string): Promise<void> {
  await openTable(page, table);
  await search(page, title);
  await row(page, title).first().click();
  await expect(record(page).getByRole("heading", { name: title })).toBeVisible();
}
