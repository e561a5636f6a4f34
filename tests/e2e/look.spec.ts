// Every screen, light and dark, on a desktop and on a phone: nothing that axe finds wrong, contrast included.

import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { command, expect, test, withPage } from "./world";

const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

interface Found {
  rows: { id: string }[];
}

/** A record that waits, so that the record, the outbox and the marks have something to show. */
async function waitingRecord(page: Page): Promise<string> {
  await command(page, "work_offline_set", { on: true });
  const { view } = await command<{ view: number }>(page, "view_open", {
    table: "airfields",
    search: "Salzburg Airport",
  });
  const { rows } = await command<Found>(page, "view_rows", { view, start: 0, count: 1 });
  const id = rows[0]?.id ?? "";
  await command(page, "record_update", { table: "airfields", id, patch: { city: `Salzburg ${Date.now()}` } });
  return id;
}

/** A record in the trash. */
async function deletedRecord(page: Page): Promise<string> {
  const { view } = await command<{ view: number }>(page, "view_open", {
    table: "airfields",
    search: "Innsbruck Airport",
  });
  const { rows } = await command<Found>(page, "view_rows", { view, start: 0, count: 1 });
  const id = rows[0]?.id ?? "";
  await command(page, "record_delete", { table: "airfields", id });
  return id;
}

test("the check itself finds grey words on white (U80)", async ({ laptop }) => {
  await laptop.goto("/");
  await expect(laptop.getByRole("grid", { name: "Airfields" })).toBeVisible();
  await laptop.evaluate(() => {
    const words = document.createElement("p");
    words.textContent = "Hard to read";
    words.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 99; color: #bbb; background: #fff";
    document.querySelector("main")?.append(words);
  });
  await expect(expectNothingWrong(laptop, "list")).rejects.toThrow(/color-contrast/);
});

async function expectNothingWrong(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  const words = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join("\n    ")}`,
  );
  expect(words, screen).toEqual([]);
}

async function look(
  browser: Browser,
  device: import("./world").Device,
  size: keyof typeof sizes,
  theme: "light" | "dark",
) {
  const options = { ...sizes[size], colorScheme: theme, reducedMotion: "reduce" as const };
  await withPage(
    browser,
    device,
    async (page) => {
      await page.goto("/");
      const id = await waitingRecord(page);
      const deleted = await deletedRecord(page);
      const main = page.getByRole("main");
      const screens: [string, string, () => Promise<void>][] = [
        ["list", "/#/t/airfields", () => expect(main.getByRole("grid", { name: "Airfields" })).toBeVisible()],
        [
          "nothing found",
          "/#/t/airfields?q=zzyzx",
          () => expect(main.getByText("Nothing found").first()).toBeVisible(),
        ],
        [
          "record",
          `/#/t/airfields/${id}`,
          () => expect(main.getByRole("textbox", { name: "City" })).toBeVisible(),
        ],
        [
          "history",
          `/#/t/airfields/${id}/history`,
          () => expect(main.getByText(/^This device · Edited/).first()).toBeVisible(),
        ],
        [
          "history of a field",
          `/#/t/airfields/${id}/history/city`,
          () => expect(main.getByText(/^This device · Edited/).first()).toBeVisible(),
        ],
        ["trash", "/#/trash", () => expect(main.getByText(/^Innsbruck Airport/).first()).toBeVisible()],
        [
          "record in the trash",
          `/#/t/airfields/${deleted}`,
          () => expect(main.getByText("This record is in the trash.")).toBeVisible(),
        ],
        ["outbox", "/#/outbox", () => expect(main.getByText("Salzburg Airport").first()).toBeVisible()],
        ["log", "/#/log", () => expect(main.getByRole("heading", { name: "Sync log" })).toBeVisible()],
        [
          "settings",
          "/#/settings",
          () => expect(main.getByRole("heading", { name: "Settings" })).toBeVisible(),
        ],
        [
          "diagnostics",
          "/#/diagnostics",
          () => expect(main.getByRole("heading", { name: "Diagnostics" })).toBeVisible(),
        ],
        [
          "connect",
          "/#/connect",
          () => expect(main.getByRole("heading", { name: /^Connect/ })).toBeVisible(),
        ],
      ];
      for (const [name, address, ready] of screens) {
        await page.goto(address);
        await ready();
        await expectNothingWrong(page, `${name}, ${size}, ${theme}`);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(tooWide, `${name} fits the ${size}'s width`).toBe(false);
      }
      await command(page, "record_undelete", { table: "airfields", id: deleted });
      await command(page, "work_offline_set", { on: false });
    },
    options,
  );
}

for (const size of ["desktop", "phone"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test(`every screen is accessible on a ${size} in ${theme} (U68, U80, U83, U84)`, async ({
      browser,
      world,
    }) => {
      await look(browser, world.laptop, size, theme);
    });
  }
}
