// Two real windows and a real server: an edit made in the first is found in the second.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { stopAll } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startServer } from "../../scripts/lib/sample.mjs";
import { openWindow } from "./window.mjs";

let folder;
let server;
const windows = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-desktop-"));
  await initServer(join(folder, "server"), "airfields");
  server = await startServer(join(folder, "server"));
});

after(async () => {
  for (const { close } of windows) await close();
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

async function open(name) {
  const tokenFile = join(folder, `${name}.token`);
  await addDevice(join(folder, "server"), name, tokenFile);
  const opened = await openWindow(folder, { name, server: server.url, tokenFile });
  windows.push(opened);
  return opened.window;
}

/** Goes to a table's list, searches, and opens the record with that title. */
async function openRecord(window, title) {
  await synced(window);
  await (await window.$("aria/Airfields")).click();
  await (await window.$("aria/Search airfields")).setValue(title);
  const row = await window.$(`//*[@role="row"][.//*[@role="gridcell"][contains(., "${title}")]]`);
  await row.waitForDisplayed();
  await row.click();
  await window.$(`//h1[contains(., "${title}")] | //h2[contains(., "${title}")]`).waitForDisplayed();
}

const statusButton = (window) => window.$('//button[contains(., "Sync status")]');

async function synced(window) {
  await statusButton(window).waitForDisplayed();
  await window.waitUntil(async () => /Synced/.test(await statusButton(window).getText()), {
    timeout: 120_000,
    timeoutMsg: "the window says Synced",
  });
}

/** The text field with that label in the open record. */
const field = (window, label) =>
  window.$(`//*[@aria-label="Record"]//input[@id=//label[normalize-space(.)="${label}"]/@for]`);
const city = (window) => field(window, "City");

test("an edit in the laptop's window is found in the tablet's window", { timeout: 300_000 }, async (t) => {
  t.after(() => keepPictures());
  const [laptop, tablet] = [await open("laptop"), await open("tablet")];
  assert.equal(await laptop.getTitle(), "Landfall");

  await openRecord(laptop, "Innsbruck Airport");
  await openRecord(tablet, "Innsbruck Airport");
  await city(tablet).waitForDisplayed();
  assert.equal(await city(tablet).getValue(), "Innsbruck");

  await city(laptop).click();
  await laptop.keys(["Control", "a"]);
  // Key by key: pressed together, as `keys` does with a text, the second n of Innsbruck would not count.
  for (const key of "Innsbruck-Kranebitten") await laptop.keys(key);
  await laptop.keys("Tab");
  assert.equal(await city(laptop).getValue(), "Innsbruck-Kranebitten");

  // The tablet asks for what is new until the edit is there; its open record follows without a reload.
  await statusButton(tablet).click();
  const arrived = async () => {
    await tablet.$("aria/Sync now").click();
    return (await city(tablet).getValue()) === "Innsbruck-Kranebitten";
  };
  await tablet.waitUntil(arrived, {
    timeout: 60_000,
    interval: 1_000,
    timeoutMsg: "the edit arrived in the tablet",
  });
});

/** What the windows showed at the end, for whoever looks into a failure. */
async function keepPictures() {
  const pictures = inRoot("test-results", "desktop");
  await mkdir(pictures, { recursive: true });
  for (const [number, { window }] of windows.entries())
    await window.saveScreenshot(join(pictures, `${number}.png`));
}

test("the window has no global Tauri object and loads nothing from outside", {
  timeout: 60_000,
}, async () => {
  const [{ window }] = windows;
  assert.equal(await window.execute("return typeof window.__TAURI__"), "undefined");
  const outside = await window.execute(
    "return performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !/^(tauri|ipc|blob|data):|^https?:\\/\\/(tauri|ipc)\\.localhost/.test(name))",
  );
  assert.deepEqual(outside, []);
});
