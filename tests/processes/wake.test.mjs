// A push comes for an app that is not running: the bus starts the real app without a window, it syncs once, shows
// nothing, and ends. There is no screen in this test: a window could not open.
//
// The test plays the distributor: it encrypts as RFC 8291 says, with code of its own, and calls the bus.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createCipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { binary } from "../../scripts/lib/paths.mjs";
import { start, stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";
import { allRows, enter } from "./client.mjs";

const APP = "org.landfall.app";
const TOKEN = "0123456789abcdef0123456789abcdef";

let folder;
let server;
let bus;
let subscription;

const dataOf = (name) => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-wake-"));
  await initServer(join(folder, "server"), "todo");
  server = await startServer(join(folder, "server"));
  // The phone is connected once, and closed again.
  const { child } = await open("phone");
  await stop(child);
  subscription = await subscribe(dataOf("phone"));
  bus = await startBus(dataOf("phone"));
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

/** What the app keeps once a distributor has given it an endpoint. */
async function subscribe(data) {
  const keys = createECDH("prime256v1");
  keys.generateKeys();
  const auth = randomBytes(16);
  const kept = {
    token: TOKEN,
    secret: keys.getPrivateKey("base64url"),
    auth: auth.toString("base64url"),
    distributor: "org.unifiedpush.Distributor.test",
    endpoint: "https://push.example/1",
  };
  await writeFile(join(data, "silent-push.json"), JSON.stringify(kept), { mode: 0o600 });
  return { publicKey: keys.getPublicKey(), auth };
}

/** A session bus that knows how to start the app, and has no screen to give it. */
async function startBus(data) {
  const share = join(folder, "share");
  const services = join(share, "dbus-1", "services");
  await mkdir(services, { recursive: true });
  const log = join(folder, "app.log");
  const service = `[D-BUS Service]\nName=${APP}\nExec=/bin/sh -c 'exec ${binary("landfall")} --background-wake 2>>${log}'\n`;
  await writeFile(join(services, `${APP}.service`), service);
  const child = start("dbus-daemon", ["--session", "--nofork", "--print-address=1"], {
    env: {
      XDG_DATA_HOME: share,
      LANDFALL_DATA_DIR: data,
      LANDFALL_NO_KEYRING: "1",
      LANDFALL_LOG: "info",
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
    },
  });
  const address = await until("the bus", () => /^unix:\S+/m.exec(child.output)?.[0], { child });
  return { child, address };
}

/** RFC 8291 and RFC 8188, in one record. */
function encrypted(text) {
  const server = createECDH("prime256v1");
  server.generateKeys();
  const [ours, theirs] = [server.getPublicKey(), subscription.publicKey];
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), theirs, ours]);
  const ikm = hkdfSync("sha256", server.computeSecret(theirs), subscription.auth, info, 32);
  const salt = randomBytes(16);
  const key = hkdfSync("sha256", ikm, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = hkdfSync("sha256", ikm, salt, "Content-Encoding: nonce\0", 12);
  const cipher = createCipheriv("aes-128-gcm", Buffer.from(key), Buffer.from(nonce));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(4096, 0);
  head.writeUInt8(ours.length, 4);
  const body = Buffer.concat([cipher.update(`${text}\x02`), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([salt, head, ours, body]);
}

/** Calls the app as a distributor does; the bus starts it. */
async function push(bytes) {
  const args = `{'token': <'${TOKEN}'>, 'message': <@ay [${[...bytes].join(",")}]>, 'id': <'1'>}`;
  const call = ["call", "--session", "--dest", APP, "--object-path", "/org/unifiedpush/Connector"];
  const method = ["--method", "org.unifiedpush.Connector2.Message", args];
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
  await promisify(execFile)("gdbus", [...call, ...method], { env, timeout: 30_000 });
}

async function isRunning() {
  const ask = [
    "call",
    "--session",
    "--dest",
    "org.freedesktop.DBus",
    "--object-path",
    "/org/freedesktop/DBus",
  ];
  const method = ["--method", "org.freedesktop.DBus.NameHasOwner", APP];
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
  const { stdout } = await promisify(execFile)("gdbus", [...ask, ...method], { env });
  return stdout.includes("true");
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

test("a device whose app is not running gets the change, and nothing is left running", async () => {
  const laptop = await open("laptop");
  const { id } = await laptop.command("record_new", { table: "todo_items", copy_of: null });
  await laptop.command("record_create", { table: "todo_items", id, fields: { text: "Buy milk" } });
  await until(
    "the laptop's change to be sent",
    async () => (await laptop.command("sync_status")).waiting === 0,
  );
  await stop(laptop.child);
  assert.equal(await isRunning(), false, "the app is not running");

  await push(encrypted(JSON.stringify({ installation: "phone", seq: 1 })));
  await until("the app to end by itself", async () => !(await isRunning()));
  await until("the folder to be free", () => !existsSync(join(dataOf("phone"), "background-sync")));
  assert.deepEqual(await readdir(join(dataOf("phone"), "pending-wakes")), []);

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
  await push(encrypted("{}"));
  await until("the app to end by itself", async () => !(await isRunning()));
  assert.equal((await readdir(join(dataOf("phone"), "pending-wakes"))).length, 1);
  const { mode } = await stat(join(dataOf("phone"), "silent-push.json"));
  assert.equal(mode & 0o777, 0o600);
});

test("what is not encrypted for this device wakes nothing", async () => {
  const before = (await readdir(join(dataOf("phone"), "pending-wakes"))).length;
  await push(Buffer.from("in the clear"));
  await until("the app to end by itself", async () => !(await isRunning()));
  assert.equal((await readdir(join(dataOf("phone"), "pending-wakes"))).length, before);
});
