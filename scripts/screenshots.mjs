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

await main(async () => {
  await buildUi();
  await buildRust(["--package", "landfall-server", "--package", "landfall-tests", "--bins"]);
  await mkdir(images, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "landfall-pictures-"));
  const browser = await launch();
  try {
    const laptop = await openLaptop(folder);
    await takeAll(browser, laptop.url);
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

async function openLaptop(folder) {
  const serverFolder = join(folder, "server");
  await initServer(serverFolder, "airfields");
  const server = await startServer(serverFolder);
  const tokenFile = join(folder, "laptop.token");
  await addDevice(serverFolder, "Ada's laptop", tokenFile);
  return startBridge({ data: join(folder, "laptop"), server: server.url, tokenFile, name: "Ada's laptop" });
}

async function takeAll(browser, url) {
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(url);
  const { origin } = new URL(url);
  const command = async (name, args = {}) => {
    const headers = { origin };
    const answer = await page.request.post(`${origin}/bridge/command/${name}`, { data: args, headers });
    return answer.json();
  };
  await until("the first sync", async () => (await command("sync_status")).last_success !== null, {
    within: 120_000,
  });
  await editOffline(command);
  const storageState = await first.storageState();

  const take = async (name, options, address, ready) => {
    const context = await browser.newContext({ ...options, baseURL: origin, storageState, locale: "en-GB" });
    const shot = await context.newPage();
    await shot.goto(address);
    await ready(shot).waitFor();
    await shot.evaluate(() => document.fonts.ready);
    // Rows that are still on their way have no text yet.
    await shot.getByText("Loading").waitFor({ state: "detached" });
    await shot.screenshot({ path: join(images, `${name}.png`), animations: "disabled" });
    await context.close();
    say(`docs/images/${name}.png`);
  };
  const heading = (words) => (shot) => shot.getByRole("heading", { name: words }).first();
  const innsbruck = "/#/t/airfields/LOWI?q=airport+austria";
  await take("list-light", { ...desktop, colorScheme: "light" }, innsbruck, heading("Innsbruck Airport"));
  await take("list-dark", { ...desktop, colorScheme: "dark" }, innsbruck, heading("Innsbruck Airport"));
  await take(
    "phone",
    { ...phone, colorScheme: "light" },
    "/#/t/airfields/LOWI",
    heading("Innsbruck Airport"),
  );
  await take("outbox", { ...desktop, colorScheme: "light" }, "/#/outbox", heading("Outbox"));
  await first.close();
}

/** Three changes made with no network, so that the pictures show what waits. */
async function editOffline(command) {
  await command("work_offline_set", { on: true });
  const update = (id, patch) => command("record_update", { table: "airfields", id, patch });
  await update("LOWI", { city: "Innsbruck-Kranebitten", elevation_ft: 1907 });
  await update("LOWK", { city: "Klagenfurt" });
  await update("LOXT", { name: "Brumowski Air Base (Tulln)" });
}
