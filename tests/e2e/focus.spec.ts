// Whoever goes by Tab always sees where they are: every control that takes the focus shows it (U75).

import type { Page } from "@playwright/test";
import { openTable } from "./steps";
import { command, expect, test } from "./world";

/** The focused control, and whether anything is drawn around it or in it that stands for the focus. */
async function focused(page: Page): Promise<{ name: string; isMarked: boolean } | null> {
  return page.evaluate(() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const isDrawn = (element: Element | null) => {
      if (!element) return false;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      const isClear = outlineColor === "transparent" || outlineColor.endsWith(", 0)");
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && !isClear;
    };
    // The box around an input, the label around a hidden checkbox or radio, the tick inside that label.
    const around = [here, here.parentElement, here.closest("label"), here.closest("[role=group]")];
    const within = [...(here.closest("label") ?? here).querySelectorAll("*")];
    const siblings = [...(here.parentElement?.children ?? [])];
    const line = getComputedStyle(here, "::before");
    const isMarked =
      [...around, ...within, ...siblings].some(isDrawn) ||
      // A part of a date is filled; the line between two panes grows thicker.
      (here.getAttribute("role") === "spinbutton" && here.hasAttribute("data-focused")) ||
      (here.getAttribute("role") === "separator" && line.width === "2px");
    const name = `${here.tagName.toLowerCase()} ${here.getAttribute("role") ?? ""} “${
      here.getAttribute("aria-label") ?? here.textContent?.slice(0, 40) ?? ""
    }” ${here.id}`;
    return { name, isMarked };
  });
}

/** Presses Tab until the focus is back where it began, or so often. */
async function tabThrough(page: Page, screen: string, most = 80): Promise<void> {
  const seen: string[] = [];
  const unmarked: string[] = [];
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (!at) break;
    if (!at.isMarked) unmarked.push(at.name);
    seen.push(at.name);
  }
  expect(unmarked, `${screen}: controls that do not show that they have the focus`).toEqual([]);
  expect(new Set(seen).size, `${screen}: controls reached by Tab`).toBeGreaterThan(4);
}

test("every control shows that it has the focus, on every screen (U75)", async ({ laptop }) => {
  test.slow();
  await openTable(laptop, "Airfields");
  const { view } = await command<{ view: number }>(laptop, "view_open", { table: "airfields", search: "" });
  const { rows } = await command<{ rows: { id: string }[] }>(laptop, "view_rows", {
    view,
    start: 0,
    count: 1,
  });
  const id = rows[0]?.id ?? "";
  const screens: [string, string][] = [
    ["list", "/#/t/airfields"],
    ["record", `/#/t/airfields/${id}`],
    ["history", `/#/t/airfields/${id}/history`],
    ["conflicts", "/#/conflicts"],
    ["merged", "/#/conflicts/merged"],
    ["outbox", "/#/outbox"],
    ["log", "/#/log"],
    ["trash", "/#/trash"],
    ["settings", "/#/settings"],
    ["diagnostics", "/#/diagnostics"],
    ["connect", "/#/connect"],
  ];
  for (const [name, address] of screens) {
    await laptop.goto("about:blank");
    await laptop.goto(address);
    await expect(laptop.getByRole("main").getByRole("heading").first()).toBeVisible();
    await tabThrough(laptop, name);
  }
});

test("what floats shows the focus too: menus, popovers, dialogs (U75, U77)", async ({ laptop }) => {
  const keys = laptop.keyboard;
  const expectMarked = async (what: string) => {
    const at = await focused(laptop);
    expect(at?.isMarked, `${what}: ${at?.name}`).toBe(true);
  };
  await openTable(laptop, "Airfields");
  await laptop.getByRole("button", { name: /^Airfields/ }).focus();
  await keys.press("Enter");
  await expect(laptop.getByRole("menu")).toBeVisible();
  await keys.press("ArrowDown");
  await expectMarked("menu");
  await keys.press("Escape");
  await expectMarked("the menu's button");

  await laptop.getByRole("contentinfo").getByRole("button").first().focus();
  await keys.press("Enter");
  await expect(laptop.getByRole("dialog")).toBeVisible();
  for (let press = 0; press < 6; press += 1) {
    await keys.press("Tab");
    await expectMarked("the sync popover");
  }
  await keys.press("Escape");

  await keys.press("Control+k");
  await expect(laptop.getByRole("combobox", { name: "Go to or do" })).toBeFocused();
  await keys.press("ArrowDown");
  await expect(laptop.locator("[role=option][data-focused]")).toHaveCSS("outline-style", "solid");
});
