// What a person does with conflicts, by role and name: the inbox, the dialog, its fields and ways.

import { expect, type Locator, type Page } from "@playwright/test";

export const inboxRow = (page: Page, title: string): Locator =>
  page.getByRole("list", { name: "Conflicts to decide" }).getByRole("listitem").filter({ hasText: title });

export const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Conflicts" });

/** The dialog's record. */
export const dialogTitle = (page: Page): Locator => dialog(page).getByRole("heading", { level: 2 });

/** Opens the inbox by its link. */
export async function openInbox(page: Page): Promise<void> {
  await page.goto("/");
  await page
    .getByRole("navigation")
    .getByRole("link", { name: /^Conflicts/ })
    .click();
  await expect(page.getByRole("tab", { name: /^To decide/ })).toBeVisible();
}

/** Opens a conflict from the inbox with the pointer. */
export async function openConflict(page: Page, title: string): Promise<void> {
  await openInbox(page);
  await inboxRow(page, title).getByRole("link").click();
  await expect(dialogTitle(page)).toHaveText(title);
}

/** One field of the dialog; what is said of it (that it has changed again) is part of its name. */
export const field = (page: Page, label: string): Locator =>
  dialog(page).getByRole("group", { name: new RegExp(`^${label}`) });

/** Chooses a side of a field, or a way on, with the pointer: on the card, not on the dot. */
export async function choose(within: Locator, name: RegExp): Promise<void> {
  const radio = within.getByRole("radio", { name });
  const card = within.locator("label").filter({ has: within.page().getByRole("radio", { name }) });
  await card.click();
  await expect(radio).toBeChecked();
}

export const result = (page: Page, column: string): Locator =>
  dialog(page).locator(`[data-result="${column}"]`);

export const stand = (page: Page): Locator => dialog(page).locator("#conflict-stand");

export const applyButton = (page: Page): Locator => dialog(page).getByRole("button", { name: "Apply" });

/** A message at the lower end, with its way back. */
export const message = (page: Page, words: string | RegExp): Locator =>
  page.getByRole("alertdialog").filter({ hasText: words });
