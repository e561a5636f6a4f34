// A push comes for an app that is open: it follows it itself, once, and the bus starts no second process.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { binary } from "../../scripts/lib/paths.mjs";
import { start, stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, appEnvironment, initServer, startServer } from "../../scripts/lib/sample.mjs";
import { encrypted, startBus, subscribe, times } from "../processes/bus.mjs";

let folder;
let server;
let bus;
let app;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-push-"));
  await initServer(join(folder, "server"), "todo");
  server = await startServer(join(folder, "server"));
});

after(async () => {
  await stop(app);
  await stop(bus?.child);
  await stop(server?.child);
  await rm(folder, { recursive: true, force: true });
});

test("an open app follows a push itself, once, and no second process is started", {
  timeout: 180_000,
}, async () => {
  const data = join(folder, "desk");
  const tokenFile = join(folder, "desk.token");
  const runtime = join(folder, "runtime");
  for (const path of [data, runtime]) await mkdir(path, { recursive: true, mode: 0o700 });
  await addDevice(join(folder, "server"), "desk", tokenFile);
  const subscription = await subscribe(data);
  bus = await startBus(folder, data);
  app = start(binary("landfall"), [], {
    env: {
      ...appEnvironment({ data, server: server.url, tokenFile, name: "desk" }),
      DBUS_SESSION_BUS_ADDRESS: bus.address,
      LANDFALL_NO_KEYRING: "1",
      LANDFALL_LOG: "info,landfall_sync=debug",
      NO_COLOR: "1",
      XDG_CONFIG_HOME: join(folder, "config"),
      XDG_DATA_HOME: join(folder, "data"),
      XDG_CACHE_HOME: join(folder, "cache"),
      XDG_RUNTIME_DIR: runtime,
    },
  });
  const says = (what, count) =>
    until(`${count} times "${what}"`, () => times(app.output, what) === count, { child: app });
  await says("listens for wakes", 1);
  await until("the app to have its name on the bus", bus.isRunning, { child: app });
  assert.equal(await bus.owner(), app.pid);
  // A window that has just come to the front asks for a sync of its own. So this is tried until none is in between.
  const syncs = [];
  for (let pushes = 1; pushes <= 10 && syncs.at(-1) !== 1; pushes += 1) {
    const before = times(app.output, "synced summary");
    await bus.push(encrypted("{}", subscription));
    await says("followed a push", pushes);
    syncs.push(times(app.output, "synced summary") - before);
  }

  assert.equal(syncs.at(-1), 1, `${syncs}\n${app.output}`);
  assert.match(app.output, /followed a push outcome=Synced/);
  assert.equal(await bus.owner(), app.pid);
  assert.equal(await bus.said(), "", "the bus starts nothing");
});
