// Two real windows and a real server: both edit the same record with no network. One is asked and decides by keyboard
// alone; then the other, with the pointer. Both windows end with the same values.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrives, click, field, flipOffline, newWorld, openRecord, says, synced, type } from "./steps.mjs";

let world;

before(async () => {
  world = await newWorld();
});

after(() => world?.ends());

const dialog = (window) => window.$('//*[@role="dialog"][@aria-label="Conflicts"]');
const result = (window, column) => dialog(window).$(`.//*[@data-result="${column}"]`);

/** Both type into the same two fields with no network; `first` is heard by the server first, and `asked` is asked. */
async function collide(first, asked) {
  const [one, other] = [first, asked].map(({ window }) => window);
  for (const window of [one, other]) await flipOffline(window);
  for (const { window, city, subdivision } of [first, asked]) {
    await type(window, "City", city);
    await type(window, "Subdivision", subdivision);
    await says(window, /Offline, [12] waiting/);
  }
  await flipOffline(one);
  await synced(one);
  await flipOffline(other);
  await says(other, /Needs you/);
  assert.equal(await field(other, "City").getValue(), asked.city, "mine is shown until it is decided");
  await click(other, () => other.$('//button[normalize-space(.)="Decide…"]'));
  await result(other, "city").waitForDisplayed();
}

/** Waits until a result of the dialog is what will be saved. */
const willSave = (window, column, value) =>
  window.waitUntil(async () => (await result(window, column).getText()).includes(value), {
    timeoutMsg: `${column} becomes ${value}`,
  });

/** Both windows show these values, and nobody is asked any more. */
async function bothShow([asked, other], values) {
  await dialog(asked).waitForExist({ reverse: true });
  await synced(asked);
  await arrives(other, "City", values.City);
  for (const window of [asked, other]) {
    await synced(window);
    for (const [label, value] of Object.entries(values))
      assert.equal(await field(window, label).getValue(), value, label);
  }
}

test("a conflict is decided by keyboard in one window and with the pointer in the other", {
  timeout: 420_000,
}, async (t) => {
  t.after(() => world.keepPictures("conflict"));
  const [laptop, tablet] = [await world.open("laptop"), await world.open("tablet")];
  for (const window of [laptop, tablet]) {
    await openRecord(window, "Graz Airport");
    await field(window, "City").waitForDisplayed();
  }

  await collide(
    { window: laptop, city: "Thalerhof", subdivision: "South" },
    { window: tablet, city: "Feldkirchen", subdivision: "North" },
  );
  // The dialog opens on the first field: mine; one field down: theirs; and apply.
  const focus = () => tablet.execute("return document.activeElement?.closest('[data-field]')?.dataset.field");
  await tablet.waitUntil(async () => (await focus()) === "city", {
    timeoutMsg: "the first field has the focus",
  });
  await tablet.keys("2");
  await willSave(tablet, "city", "Feldkirchen");
  await tablet.keys("ArrowDown");
  await tablet.keys("3");
  await willSave(tablet, "subdivision", "South");
  await tablet.keys("Enter");
  await bothShow([tablet, laptop], { City: "Feldkirchen", Subdivision: "South" });

  await collide(
    { window: tablet, city: "Kalsdorf", subdivision: "East" },
    { window: laptop, city: "Graz", subdivision: "West" },
  );
  const choose = (column, words) =>
    click(laptop, () => dialog(laptop).$(`.//*[@data-field="${column}"]//label[contains(., "${words}")]`));
  await choose("city", "Kalsdorf");
  await willSave(laptop, "city", "Kalsdorf");
  await choose("subdivision", "West");
  await willSave(laptop, "subdivision", "West");
  await click(laptop, () => dialog(laptop).$('.//button[normalize-space(.)="Apply"]'));
  await bothShow([laptop, tablet], { City: "Kalsdorf", Subdivision: "West" });
});
