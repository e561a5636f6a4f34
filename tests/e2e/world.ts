// The world of a browser test: a server made from a template, a laptop and a phone, each with its own bridge and
// its own data. One world lives as long as its worker; the tests of a file share it and use records of their own.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { stop } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";

export { expect };

type DeviceName = "laptop" | "phone" | "tablet";

/** A device: its address and the cookie that its one-time address was exchanged for. */
export interface Device {
  name: DeviceName;
  origin: string;
  cookies: Awaited<ReturnType<BrowserContext["storageState"]>>;
}

export interface World {
  server: string;
  serverFolder: string;
  folder: string;
  laptop: Device;
  phone: Device;
  /** Another device joins, and has all records. */
  joins: (name: DeviceName) => Promise<Device>;
  /** The server starts anew with another `landfall.toml`, one version on, at the same address. */
  takesRules: (change: (rules: string) => string) => Promise<void>;
}

interface Options {
  /** The template of the server's workspace. */
  template: "airfields" | "todo";
}

export const test = base.extend<{ laptop: Page; phone: Page }, Options & { world: World }>({
  template: ["airfields", { option: true, scope: "worker" }],

  world: [
    async ({ browser, template }, use) => {
      const folder = await mkdtemp(join(tmpdir(), "landfall-e2e-"));
      const serverFolder = join(folder, "server");
      await initServer(serverFolder, template);
      let server = await startServer(serverFolder);
      const started: (typeof server.child)[] = [];
      try {
        const device = async (name: DeviceName): Promise<Device> => {
          const tokenFile = join(folder, `${name}.token`);
          await addDevice(serverFolder, name, tokenFile);
          const bridge = await startBridge({ data: join(folder, name), server: server.url, tokenFile, name });
          started.push(bridge.child);
          return enter(browser, name, bridge.url, { connected: true });
        };
        const takesRules: World["takesRules"] = async (change) => {
          await stop(server.child);
          const file = join(serverFolder, "landfall.toml");
          const rules = change(await readFile(file, "utf8"));
          const next = rules.replace(
            /^version = (\d+)$/m,
            (_, version) => `version = ${Number(version) + 1}`,
          );
          await writeFile(file, next);
          server = await startServer(serverFolder, { port: Number(new URL(server.url).port) });
        };
        const [laptop, phone] = [await device("laptop"), await device("phone")];
        const joins = device;
        await use({ server: server.url, serverFolder, folder, laptop, phone, joins, takesRules });
      } finally {
        for (const child of started.reverse()) await stop(child);
        await stop(server.child);
        await rm(folder, { recursive: true, force: true });
      }
    },
    { scope: "worker", timeout: 180_000 },
  ],

  laptop: ({ browser, world }, use) => withPage(browser, world.laptop, use),
  phone: ({ browser, world }, use) => withPage(browser, world.phone, use),
});

/** Opens the one-time address and keeps the cookie that it is exchanged for. */
export async function enter(
  browser: Browser,
  name: DeviceName,
  url: string,
  { connected = false } = {},
): Promise<Device> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const device = { name, origin: new URL(url).origin, cookies: await context.storageState() };
  if (connected) await expectFirstSync(page);
  await context.close();
  return device;
}

async function expectFirstSync(page: Page): Promise<void> {
  const lastSuccess = async () =>
    (await command<{ last_success: number | null }>(page, "sync_status")).last_success;
  await expect.poll(lastSuccess, { message: "the first sync", timeout: 120_000 }).not.toBeNull();
}

/** A page of that device in a browser of its own; nothing is open yet. */
export async function withPage(
  browser: Browser,
  device: Device,
  use: (page: Page) => Promise<void>,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<void> {
  const context = await browser.newContext({
    baseURL: device.origin,
    storageState: device.cookies,
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  await use(page);
  await context.close();
  expect(faults, `the ${device.name}'s page ran without errors`).toEqual([]);
}

/** Calls a command of the client behind this page, as the user interface does. */
export async function command<Answer>(page: Page, name: string, args: unknown = {}): Promise<Answer> {
  const { origin } = new URL(page.url());
  const answer = await page.request.post(`${origin}/bridge/command/${name}`, {
    data: args,
    headers: { origin },
  });
  expect(answer.ok(), `${name}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.json();
}
