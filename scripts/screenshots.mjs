// Makes the pictures of the README from the real user interface over the bridge, with the sample data.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { buildRust, buildUi } from "./lib/build.mjs";
import { inRoot } from "./lib/paths.mjs";
import { stopAll, until } from "./lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "./lib/sample.mjs";
import { main, say } from "./lib/say.mjs";

const images = inRoot("docs", "images");
const desktop = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const heading = (words) => (shot) => shot.getByRole("heading", { name: words }).first();

await main(async () => {
  await buildUi();
  await buildRust(["--package", "landfall-server", "--package", "landfall-tests", "--bins"]);
  await mkdir(images, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "landfall-pictures-"));
  const browser = await launch();
  try {
    const server = await openServer(folder);
    const ada = await enter(browser, await server.device("Ada's laptop"));
    const ben = await enter(browser, await server.device("Ben's phone"));
    await editOffline(ada);
    await takeWork(ada.take);
    const { asked, changed } = await collide(ada, ben);
    await takeConflicts(ada.take, asked, changed);
  } finally {
    await browser.close();
    await stopAll();
    await rm(folder, { recursive: true, force: true });
  }
});

function launch() {
  const debian = "/usr/bin/chromium";
  return chromium.launch({
    executablePath: existsSync(debian) ? debian : undefined,
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
}

async function openServer(folder) {
  const serverFolder = join(folder, "server");
  await initServer(serverFolder, "airfields");
  const server = await startServer(serverFolder);
  const device = async (name) => {
    const data = join(folder, name);
    const tokenFile = `${data}.token`;
    await addDevice(serverFolder, name, tokenFile);
    return (await startBridge({ data, server: server.url, tokenFile, name })).url;
  };
  return { device };
}

/** A device's client, and how to take a picture of what it shows. */
async function enter(browser, url) {
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(url);
  const { origin } = new URL(url);
  const command = async (name, args = {}) => {
    const headers = { origin };
    const answer = await page.request.post(`${origin}/bridge/command/${name}`, { data: args, headers });
    if (!answer.ok()) throw new Error(`${name}: ${await answer.text()}`);
    return answer.json();
  };
  await until("the first sync", async () => (await command("sync_status")).last_success !== null, {
    within: 120_000,
  });
  const storageState = await first.storageState();

  const take = async (name, options, address, ready) => {
    const context = await browser.newContext({ ...options, baseURL: origin, storageState, locale: "en-GB" });
    const shot = await context.newPage();
    await shot.goto(address);
    await (await ready(shot)).waitFor();
    await shot.evaluate(() => document.fonts.ready);
    // Rows that are still on their way have no text yet.
    await shot.getByText("Loading").waitFor({ state: "detached" });
    await shot.screenshot({ path: join(images, `${name}.png`), animations: "disabled" });
    await context.close();
    say(`docs/images/${name}.png`);
  };
  return { command, take };
}

async function takeWork(take) {
  // Austria's airfields; the list goes to the one that is open, so that its mark is in the picture.
  const innsbruck = `/#/t/airfields/LOWI?where=${encodeURIComponent('[["country","is","AT"]]')}`;
  await take("list-light", { ...desktop, colorScheme: "light" }, innsbruck, heading("Innsbruck Airport"));
  await take("list-dark", { ...desktop, colorScheme: "dark" }, innsbruck, heading("Innsbruck Airport"));
  await take(
    "phone",
    { ...phone, colorScheme: "light" },
    "/#/t/airfields/LOWI",
    heading("Innsbruck Airport"),
  );
  await take("outbox", { ...desktop, colorScheme: "light" }, "/#/outbox", heading("Outbox"));
}

/** The dialog with the first field decided: what was chosen, what is open, and what will be saved. */
async function takeConflicts(take, asked, changed) {
  const decided = async (shot) => {
    await shot.locator('[data-field="condition"] label').nth(1).click();
    return shot.getByText(/fields? undecided/).first();
  };
  const address = `/#/conflicts/inspections/${asked}`;
  await take("conflict-light", { ...desktop, colorScheme: "light" }, address, decided);
  await take("conflict-dark", { ...desktop, colorScheme: "dark" }, address, decided);
  await take("conflict-phone", { ...phone, colorScheme: "light" }, address, decided);
  await take("conflicts", { ...desktop, colorScheme: "light" }, "/#/conflicts", (shot) =>
    shot.getByText("Value already taken").first(),
  );
  await take("history", { ...desktop, colorScheme: "light" }, `/#/t/inspections/${changed}/history`, (shot) =>
    shot.getByText("From this device and the server"),
  );
}

/** Three changes made with no network, so that the pictures show what waits. */
async function editOffline({ command }) {
  await command("work_offline_set", { on: true });
  const update = (id, patch) => command("record_update", { table: "airfields", id, patch });
  await update("LOWI", { city: "Innsbruck-Kranebitten", elevation_ft: 1907 });
  await update("LOWK", { city: "Klagenfurt" });
  await update("LOXT", { name: "Brumowski Air Base (Tulln)" });
}

/** Both change the same records, the laptop with no network: what it is then asked, and a record with a story. */
async function collide(laptop, phone) {
  const create = async (table, fields) => {
    const { id } = await phone.command("record_new", { table, copy_of: null });
    await phone.command("record_create", { table, id, fields });
    return { table, id };
  };
  const change = ({ command }, { table, id }, patch) => command("record_update", { table, id, patch });
  const online = async ({ command }, fits) => {
    await command("work_offline_set", { on: false });
    await until("a sync", async () => {
      await command("sync_now");
      return fits();
    });
  };
  const isSent = async (device) => (await device.command("sync_status")).waiting === 0;
  const has = async (device, { table, id }, column, value) =>
    (await device.command("record_get", { table, id }).catch(() => null))?.fields[column] === value;

  const threshold = await create("inspections", {
    summary: "Gulls at the threshold of 08",
    airfield: "LOWI",
    inspected_at: "2026-03-02T07:30:00Z",
    inspector: "Ada",
    condition: "fair",
    runway: "08/26",
    hazards: ["birds"],
    notes: "Grass is long beside the threshold. Two gulls, no nests. The tower knows.",
    next_due: "2026-04-01",
  });
  const lights = await create("inspections", {
    summary: "Edge lights of 11R/29L",
    airfield: "LOWG",
    inspected_at: "2026-03-03T16:00:00Z",
    inspector: "Ben",
    condition: "good",
    notes: "All lit.",
  });
  const strip = await create("airfields", {
    name: "Stubaital Glider Strip",
    country: "AT",
    city: "Neustift",
  });
  const heliport = await create("airfields", { name: "Lienz Heliport", country: "AT", city: "Lienz" });
  const holder = await create("airfields", { name: "Lienz-Nikolsdorf Airport East", country: "AT" });
  await online(phone, () => isSent(phone));
  await online(laptop, () => has(laptop, holder, "country", "AT"));

  await laptop.command("work_offline_set", { on: true });
  await change(laptop, lights, {
    condition: "fair",
    notes: "All lit. Two glasses are cracked on the north side.",
  });
  await online(laptop, () => isSent(laptop));
  await online(phone, () => has(phone, lights, "condition", "fair"));
  await change(phone, lights, {
    condition: "poor",
    notes: "All lit. Four glasses are cracked on the north side.",
  });
  await online(phone, () => isSent(phone));
  await online(laptop, () => has(laptop, lights, "condition", "poor"));
  await change(laptop, lights, { closed: true, condition: "good" });
  await online(laptop, () => isSent(laptop));

  await laptop.command("work_offline_set", { on: true });
  await change(laptop, threshold, {
    condition: "poor",
    runway: "08",
    hazards: ["birds", "drainage"],
    notes: "Grass is long beside the threshold. A flock of gulls, nests in the drain. The tower knows.",
  });
  await change(laptop, strip, { city: "Neustift im Stubaital" });
  await change(laptop, heliport, { code: "LOXL" });
  await change(phone, threshold, {
    condition: "unusable",
    inspector: "Ben",
    hazards: ["birds", "surface"],
    runway: "26",
    notes: "Grass is long beside the threshold. Twenty gulls, one nest. The tower knows.",
  });
  await phone.command("record_delete", strip);
  await change(phone, holder, { code: "LOXL" });
  await online(phone, () => isSent(phone));
  await online(laptop, async () => (await laptop.command("conflict_list")).length === 3);
  return { asked: threshold.id, changed: lights.id };
}
