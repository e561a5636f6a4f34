// A new device is connected by hand: each thing that can be wrong has its own sentence.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stop } from "../../scripts/lib/processes.mjs";
import { addDevice, startBridge } from "../../scripts/lib/sample.mjs";
import { expectSynced } from "./steps";
import { enter, expect, test, withPage } from "./world";

test("a tablet is connected by hand and shows the records (U27, U63, U64)", async ({ browser, world }) => {
  const tokenFile = join(world.folder, "tablet.token");
  await addDevice(world.serverFolder, "tablet", tokenFile);
  const token = (await readFile(tokenFile, "utf8")).trim();
  const bridge = await startBridge({ data: join(world.folder, "tablet") });
  try {
    const tablet = await enter(browser, "tablet", bridge.url);
    await withPage(browser, tablet, async (page) => {
      await page.goto("/");
      await expect(page.getByRole("heading", { name: "Connect this device" })).toBeVisible();
      const server = page.getByRole("textbox", { name: "Server address" });

      // A wrong address is told apart from a server that is not there.
      await server.fill("not an address");
      await page.keyboard.press("Tab");
      await expect(page.getByText(/^This is not an address yet\./)).toBeVisible();
      await server.fill("127.0.0.1:9");
      await page.keyboard.press("Tab");
      await expect(page.getByText(/^The machine is there, but nothing answers/)).toBeVisible();
      await server.fill(world.server);
      await page.keyboard.press("Tab");
      await expect(page.getByText(/^Landfall .* answers at/)).toBeVisible();

      // A token that is not one is refused; nothing is changed by it.
      await page.getByRole("textbox", { name: "Name of this device" }).fill("tablet");
      const secret = page.getByLabel("Device token");
      await secret.fill("not-a-token");
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      await expect(page.getByText(/^The server does not accept this token\./)).toBeVisible();

      // With the right one the records come, and can be used while they do.
      await secret.fill(token);
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      await expect(page.getByRole("grid", { name: "Airfields" })).toBeVisible();
      await expectSynced(page);
      expect(Number(await page.getByRole("grid").getAttribute("aria-rowcount"))).toBeGreaterThanOrEqual(0);
    });
  } finally {
    await stop(bridge.child);
  }
});
