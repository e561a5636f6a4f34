// What a person does in a real window, in words that the stories use. Everything waits for what is shown, not for time.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { stopAll } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startServer } from "../../scripts/lib/sample.mjs";
import { openWindow } from "./window.mjs";

/** A server with the sample data, and a way to open windows of devices that are connected to it. */
export async function newWorld() {
  const folder = await mkdtemp(join(tmpdir(), "landfall-desktop-"));
  await initServer(join(folder, "server"), "airfields");
  const server = await startServer(join(folder, "server"));
  const windows = [];
  return {
    windows,
    async open(name) {
      const tokenFile = join(folder, `${name}.token`);
      await addDevice(join(folder, "server"), name, tokenFile);
      const opened = await openWindow(folder, { name, server: server.url, tokenFile });
      windows.push(opened);
      return opened.window;
    },
    async ends() {
      for (const { close } of windows) await close();
      await stopAll();
      await rm(folder, { recursive: true, force: true });
    },
    /** What the windows showed at the end, for whoever looks into a failure. */
    async keepPictures(story) {
      const pictures = inRoot("test-results", "desktop");
      await mkdir(pictures, { recursive: true });
      for (const [number, { window }] of windows.entries())
        await window.saveScreenshot(join(pictures, `${story}-${number}.png`));
    },
  };
}

/**
 * Clicks on what this finds, as a person does: where it stands now. What moves, or is drawn anew, between the look and the
 * click is looked for once more.
 */
export async function click(window, find) {
  await find().waitForDisplayed();
  const clicked = async () => {
    try {
      await find().click();
      return true;
    } catch (error) {
      if (/click intercepted|stale element/.test(error.message)) return false;
      throw error;
    }
  };
  await window.waitUntil(clicked, { timeoutMsg: "something stands before what is to be clicked" });
}

/** Goes to a table's list, searches, and opens the record with that title. */
export async function openRecord(window, title) {
  await synced(window);
  await click(window, () => window.$("aria/Airfields"));
  await (await window.$("aria/Search airfields")).setValue(title);
  const row = () => window.$(`//*[@role="row"][.//*[@role="gridcell"][contains(., "${title}")]]`);
  const heading = () => window.$(`//h1[contains(., "${title}")] | //h2[contains(., "${title}")]`);
  // The list is still following what was typed: the row may move away from under the pointer.
  const opened = async () => {
    await click(window, row);
    return heading()
      .waitForDisplayed({ timeout: 5_000 })
      .then(() => true)
      .catch(() => false);
  };
  await window.waitUntil(opened, { timeoutMsg: `“${title}” opens` });
}

export const statusButton = (window) => window.$('//button[contains(., "Sync status")]');

/** Waits until the status button says so. */
export async function says(window, words) {
  await statusButton(window).waitForDisplayed();
  let said = "";
  const isSaid = async () => {
    said = await statusButton(window).getText();
    return words.test(said);
  };
  await window.waitUntil(isSaid, { timeout: 120_000 }).catch((cause) => {
    throw new Error(`the window says “${said}”, not ${words}`, { cause });
  });
}

export const synced = (window) => says(window, /Synced/);

/** The text field with that label in the open record. */
export const field = (window, label) =>
  window.$(`//*[@aria-label="Record"]//input[@id=//label[normalize-space(.)="${label}"]/@for]`);

/** Types over what a field has, and leaves it. */
export async function type(window, label, value) {
  await click(window, () => field(window, label));
  await window.keys(["Control", "a"]);
  // Key by key: pressed together, as `keys` does with a text, a letter that comes twice would count once.
  for (const key of value) await window.keys(key);
  await window.keys("Tab");
}

/** Does something in the status popover, and closes it again. */
export async function inStatus(window, act) {
  await click(window, () => statusButton(window));
  const popover = window.$('//*[@role="dialog"][@aria-label="Sync status"]');
  await popover.waitForDisplayed();
  await act(popover);
  await window.keys("Escape");
  await popover.waitForExist({ reverse: true });
}

/** Flips *Work offline*. */
export const flipOffline = (window) =>
  inStatus(window, async (popover) => {
    const isOn = () => popover.$('.//label[contains(., "Work offline")]//input').isSelected();
    const before = await isOn();
    await click(window, () => popover.$('.//label[contains(., "Work offline")]'));
    await window.waitUntil(async () => (await isOn()) !== before, { timeoutMsg: "the switch flips" });
  });

/** Asks for what is new until a field of the open record shows this value. */
export async function arrives(window, label, value) {
  const found = async () => {
    await inStatus(window, (popover) => click(window, () => popover.$('.//button[contains(., "Sync now")]')));
    return (await field(window, label).getValue()) === value;
  };
  await window.waitUntil(found, {
    timeout: 60_000,
    interval: 1_000,
    timeoutMsg: `“${value}” arrives in ${label}`,
  });
}
