// A session bus on which the test plays the distributor of UnifiedPush: it encrypts as RFC 8291 says, with code of its own,
// and calls the app as the specification says. The bus can start the real app without a window.

import { execFile } from "node:child_process";
import { createCipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary } from "../../scripts/lib/paths.mjs";
import { start, until } from "../../scripts/lib/processes.mjs";

const APP = "org.landfall.app";
const TOKEN = "0123456789abcdef0123456789abcdef";

/** Puts into a device's folder what the app keeps once a distributor has given it an endpoint. */
export async function subscribe(data) {
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

/**
 * A bus that starts the app on the device's folder `data` for a push, when nobody has the app's name yet. It has no screen
 * to give it: a window could not open. `folder` is for the bus's own files.
 */
export async function startBus(folder, data) {
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
      NO_COLOR: "1",
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
    },
  });
  const address = await until("the bus", () => /^unix:\S+/m.exec(child.output)?.[0], { child });
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: address };
  const gdbus = (...args) => promisify(execFile)("gdbus", args, { env, timeout: 30_000 });
  const ask = async (method) => {
    const place = ["--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus"];
    return (await gdbus("call", "--session", ...place, "--method", `org.freedesktop.DBus.${method}`, APP))
      .stdout;
  };
  return {
    child,
    address,
    /** Whether some process has the app's name. */
    isRunning: async () => (await ask("NameHasOwner")).includes("true"),
    /** Which process has the app's name. */
    owner: async () => Number(/uint32 (\d+)/.exec(await ask("GetConnectionUnixProcessID"))?.[1]),
    /** Calls the app as a distributor does, with these bytes. */
    async push(bytes) {
      const args = `{'token': <'${TOKEN}'>, 'message': <@ay [${[...bytes].join(",")}]>, 'id': <'1'>}`;
      const place = ["--dest", APP, "--object-path", "/org/unifiedpush/Connector"];
      await gdbus("call", "--session", ...place, "--method", "org.unifiedpush.Connector2.Message", args);
    },
    /** What the app said when the bus started it; empty if it never did. */
    said: () => readFile(log, "utf8").catch(() => ""),
  };
}

/** RFC 8291 and RFC 8188, in one record. */
export function encrypted(text, subscription) {
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

/** How often something stands in a text. */
export const times = (text, part) => text.split(part).length - 1;
