// Two real windows and a real server: an edit made in the first is found in the second.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrives, field, newWorld, openRecord, type } from "./steps.mjs";

let world;

before(async () => {
  world = await newWorld();
});

after(() => world?.ends());

test("an edit in the laptop's window is found in the tablet's window", { timeout: 300_000 }, async (t) => {
  t.after(() => world.keepPictures("edit"));
  const [laptop, tablet] = [await world.open("laptop"), await world.open("tablet")];
  assert.equal(await laptop.getTitle(), "Landfall");

  await openRecord(laptop, "Innsbruck Airport");
  await openRecord(tablet, "Innsbruck Airport");
  await field(tablet, "City").waitForDisplayed();
  assert.equal(await field(tablet, "City").getValue(), "Innsbruck");

  await type(laptop, "City", "Innsbruck-Kranebitten");
  assert.equal(await field(laptop, "City").getValue(), "Innsbruck-Kranebitten");

  // The tablet asks for what is new until the edit is there; its open record follows without a reload.
  await arrives(tablet, "City", "Innsbruck-Kranebitten");
});

test("the window has no global Tauri object and loads nothing from outside", {
  timeout: 60_000,
}, async () => {
  const [{ window }] = world.windows;
  assert.equal(await window.execute("return typeof window.__TAURI__"), "undefined");
  const outside = await window.execute(
    "return performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !/^(tauri|ipc|blob|data):|^https?:\\/\\/(tauri|ipc)\\.localhost/.test(name))",
  );
  assert.deepEqual(outside, []);
});
