// Every screen, light and dark, on a desktop and on a phone: nothing that axe finds wrong, contrast included.

import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { create, finds, hasRead, type Ref, remove, sent, update, workOffline } from "./collisions";
import { choose, dialog, dialogTitle, field, inboxRow } from "./deciding";
import { command, expect, test, type World, withPage } from "./world";

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
      test.slow();
      await look(browser, world.laptop, size, theme);
    });
  }
}

interface Asked {
  /** Fields of every kind that the dialog shows in a way of its own. */
  fields: Ref;
  deleted: Ref;
  taken: Ref;
}

/** Three conflicts of the laptop, and a record that merged by itself. */
async function conflicts(browser: Browser, world: World, laptop: Page, code: string): Promise<Asked> {
  let asked: Asked | undefined;
  await withPage(browser, world.phone, async (phone) => {
    await phone.goto("/");
    const inspection = {
      summary: "Threshold of 08",
      airfield: "LOWI",
      inspected_at: "2026-01-01T10:00:00Z",
      condition: "good",
      notes: "Grass to the edge. Birds in the morning.",
      hazards: ["birds"],
      runway: "08/26",
    };
    const airfield = (name: string) => ({ name, country: "AT", city: "Before", elevation_ft: 1000 });
    const fields = await create(phone, "inspections", inspection);
    const deleted = await create(phone, "airfields", airfield("Deleted There"));
    const taken = await create(phone, "airfields", airfield("Wants the Code"));
    const holder = await create(phone, "airfields", airfield("Has the Code"));
    const merged = await create(phone, "airfields", airfield("Merges by Itself"));
    await sent(phone);
    await hasRead(laptop, merged, { city: "Before" });

    await workOffline(laptop, true);
    await update(laptop, fields, { condition: "poor", runway: "08", summary: "Threshold of 08, wet" });
    await update(laptop, deleted, { city: "Laptop" });
    await update(laptop, taken, { code });
    await update(laptop, merged, { subdivision: "Tyrol" });
    await update(phone, fields, { condition: "unusable", runway: "26", summary: "Threshold of 26" });
    await remove(phone, deleted);
    await update(phone, holder, { code });
    await update(phone, merged, { city: "Phone" });
    await sent(phone);
    await finds(laptop, [
      [fields, "fields"],
      [deleted, "edited_here_deleted_there"],
      [taken, "unique_taken"],
    ]);
    await hasRead(laptop, merged, { city: "Phone" });
    asked = { fields, deleted, taken };
  });
  if (!asked) throw new Error("the phone's story was told");
  return asked;
}

for (const [size, code] of [
  ["desktop", "ZL01"],
  ["phone", "ZL02"],
] as const) {
  test(`conflicts are accessible on a ${size}: the inbox, each form, what merged, in both themes (U68, U80, U83, U84)`, async ({
    browser,
    laptop,
    world,
  }) => {
    test.slow();
    await laptop.goto("/");
    const { fields, deleted, taken } = await conflicts(browser, world, laptop, code);
    for (const theme of ["light", "dark"] as const) {
      const options = { ...sizes[size], colorScheme: theme, reducedMotion: "reduce" as const };
      await withPage(
        browser,
        world.laptop,
        async (page) => {
          const check = (screen: string) => expectNothingWrong(page, `${screen}, ${size}, ${theme}`);
          const open = async ({ table, id }: Ref) => {
            await page.goto(`/#/conflicts/${table}/${id}`);
            await expect(dialogTitle(page)).not.toHaveText(/^(airfield|inspection)$/i);
          };
          await page.goto("/#/conflicts");
          await expect(inboxRow(page, "Wants the Code")).toBeVisible();
          await check("inbox");
          await inboxRow(page, "Wants the Code").locator("label").click();
          await expect(page.getByText("1 selected")).toBeVisible();
          await check("inbox, one selected");
          await page.getByRole("button", { name: "Keep theirs…" }).click();
          await expect(page.getByText(/None of these can be settled together/)).toBeVisible();
          await check("many at once");
          await page.goto("/#/conflicts/merged");
          await expect(page.getByRole("article", { name: "Merges by Itself" }).first()).toBeVisible();
          await check("merged automatically");

          await open(fields);
          await expect(field(page, "Summary")).toBeVisible();
          await check("fields, nothing chosen");
          await choose(field(page, "Summary"), /^Their change/);
          await check("fields, one chosen");
          await choose(field(page, "Summary"), /^Edit/);
          await check("fields, one typed");
          await dialog(page).getByText("What happens to the value I don't choose?").click();
          await check("fields, with help");
          if (size === "phone") {
            for (let step = 0; step < 2; step += 1) await page.getByRole("button", { name: "Next" }).click();
            await page.getByRole("button", { name: "Summary", exact: true }).click();
            await expect(dialog(page)).toContainText("This is what will be saved");
            await check("fields, summary");
            await dialog(page).getByRole("button", { name: "Keep both…" }).click();
          } else {
            await dialog(page)
              .getByRole("button", { name: /fields without conflict/ })
              .click();
            await check("fields, all shown");
            await dialog(page).getByRole("button", { name: "Keep both…" }).click();
          }
          await expect(dialog(page)).toContainText("Theirs stays as it is.");
          await check("keep both");

          await open(deleted);
          await choose(dialog(page), /^Keep record with my edits/);
          await check("deleted there");
          await open(taken);
          await choose(dialog(page), /^Use another value/);
          await check("value taken");
          await page.goto(`/#/t/inspections/${fields.id}`);
          await expect(page.getByText("3 fields were changed here and by phone.")).toBeVisible();
          await check("record that needs a decision");
          const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
          expect(tooWide, `it fits the ${size}'s width`).toBe(false);
        },
        options,
      );
    }
    // The next test begins with nothing to decide.
    for (const { table, id } of [fields, deleted, taken]) {
      const resolution = { kind: "theirs" };
      await command(laptop, "conflict_resolve", { table, id, revision: null, resolution });
    }
    await sent(laptop);
  });
}
