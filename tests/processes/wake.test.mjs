// A push comes for an app that is not running: the bus starts the real app without a window, it syncs once, opens no
// window, and ends. There is no screen in this test: a window could not open. And a push comes for a device whose folder
// another process has open.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { start, stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";
import { encrypted, startBus, subscribe, times } from "./bus.mjs";
import { allRows, enter } from "./client.mjs";

/** The to-do items that are named so are the phone's person's. */
const RULE = '\n[[notify]]\nname = "mine"\nlabel = "A to-do is mine"\ntable = "todo_items"\nto = "text"\n';

let folder;
let server;
let bus;
let subscription;

const dataOf = (name) => join(folder, name);
const pendingWakes = () => readdir(join(dataOf("phone"), "pending-wakes"));
const push = (text) => bus.push(encrypted(text, subscription));
const endsByItself = () => until("the app to end by itself", async () => !(await bus.isRunning()));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-wake-"));
  await initServer(join(folder, "server"), "todo");
  const schema = join(folder, "server", "landfall.toml");
  const grown = (await readFile(schema, "utf8")).replace("version = 1", "version = 2");
  await writeFile(schema, `${grown}${RULE}`);
  server = await startServer(join(folder, "server"));
  // The phone is connected once, and closed again.
  const { child, command } = await open("phone");
  const settings = await command("settings_get");
  settings.notifications.assigned = "banner";
  await command("settings_set", settings);
  await command("wake_tags_set", { tags: ["Ines"] });
  await until("the server to know the phone", async () => (await installations()).length === 1);
  await stop(child);
  subscription = await subscribe(dataOf("phone"));
  bus = await startBus(folder, dataOf("phone"));
});

after(async () => {
  await stop(bus?.child);
  await stop(server?.child);
  await rm(folder, { recursive: true, force: true });
});

/** A device's client, connected and in step with the server. */
async function open(name) {
  const tokenFile = join(folder, `${name}.token`);
  await addDevice(join(folder, "server"), name, tokenFile);
  const bridge = await startBridge({ data: dataOf(name), server: server.url, tokenFile, name });
  const command = await enter(bridge.url);
  await until("a first sync", async () => (await command("sync_status")).last_success !== null);
  return { child: bridge.child, command };
}

/** What the server has of the phone. */
async function installations() {
  const token = (await readFile(join(folder, "phone.token"), "utf8")).trim();
  const headers = { authorization: `Bearer ${token}`, "landfall-protocol": "1" };
  return (await (await fetch(`${server.url}/v1/installations`, { headers })).json()).installations;
}

/** The laptop makes an item, and is closed when it has sent it. */
async function laptopAdds(text) {
  const laptop = await open("laptop");
  const { id } = await laptop.command("record_new", { table: "todo_items", copy_of: null });
  await laptop.command("record_create", { table: "todo_items", id, fields: { text } });
  await until(
    "the laptop's change to be sent",
    async () => (await laptop.command("sync_status")).waiting === 0,
  );
  await stop(laptop.child);
  return id;
}

/** What the phone has, read with its line cut from the start: nothing comes while the test looks. */
async function seenOffline(name) {
  const bridge = await startBridge({ data: dataOf(name), name });
  const command = await enter(bridge.url);
  const rows = await allRows(command, "todo_items");
  const log = await command("sync_log", { kind: null, limit: 5 });
  await stop(bridge.child);
  return { titles: rows.map((row) => row.title), log };
}

test("an app that is open in another process takes the wake up, and syncs once", async () => {
  const within = ["env", "LANDFALL_LOG=info", "NO_COLOR=1"];
  const { child, url } = await startBridge({ data: dataOf("phone"), name: "phone", within });
  const command = await enter(url);
  await until("a first sync", async () => (await command("sync_status")).last_success !== null);
  const takenUp = (count) =>
    until(`${count} wakes to be taken up`, () => times(child.output, "took up a wake") === count, { child });
  // After the first one nothing of the app's start is under way any more.
  await push("{}");
  await takenUp(1);
  await endsByItself();
  const before = times(child.output, "synced summary");

  await push("{}");
  await takenUp(2);
  await endsByItself();

  assert.equal(times(child.output, "synced summary") - before, 1, child.output);
  const said = await bus.said();
  assert.equal(times(said, "outcome=HandedOver"), 4, said);
  assert.equal(times(said, "synced"), 0, "the other process does not sync");
  assert.deepEqual(await pendingWakes(), []);
  assert.ok((await command("wake_status")).last_by_push);
  await stop(child);
});

test("a notification by rule is shown without a window, in words without the record", async () => {
  const id = await laptopAdds("Ines");
  const [{ id: installation }] = await installations();
  const monitor = start("dbus-monitor", [
    "--address",
    bus.address,
    "interface='org.freedesktop.Notifications',member='Notify'",
  ]);
  // It says so when it listens.
  await until("the monitor", () => monitor.output.includes("NameAcquired"), { child: monitor });
  const notify = [{ seq: 900, rule: "mine", table: "todo_items", id }];
  await push(JSON.stringify({ installation, seq: 900, notify }));
  await endsByItself();
  await until("the notification", () => monitor.output.includes("A to-do is mine"), { child: monitor });
  assert.equal(times(monitor.output, "member=Notify"), 1, monitor.output);
  assert.ok(!monitor.output.includes('"Ines"'), monitor.output);
  await stop(monitor);
});

test("a device whose app is not running gets the change, and nothing is left running", async () => {
  await laptopAdds("Buy milk");
  assert.equal(await bus.isRunning(), false, "the app is not running");

  await push(JSON.stringify({ installation: "phone", seq: 1 }));
  await endsByItself();
  await until("the folder to be free", () => !existsSync(join(dataOf("phone"), "background-sync")));
  assert.deepEqual(await pendingWakes(), []);

  // The server is away: what is seen now came with the push.
  await stop(server.child);
  const seen = await seenOffline("phone");
  assert.ok(seen.titles.includes("Buy milk"), `${seen.titles}`);
  assert.ok(
    seen.log.some((line) => line.code === "received_in_background"),
    JSON.stringify(seen.log),
  );
});

test("with the server away the wake is kept, and the keys are the owner's alone", async () => {
  await push("{}");
  await endsByItself();
  assert.equal((await pendingWakes()).length, 1);
  const { mode } = await stat(join(dataOf("phone"), "silent-push.json"));
  assert.equal(mode & 0o777, 0o600);
});

test("what is not encrypted for this device wakes nothing", async () => {
  const before = (await pendingWakes()).length;
  await bus.push(Buffer.from("in the clear"));
  await endsByItself();
  assert.equal((await pendingWakes()).length, before);
});
