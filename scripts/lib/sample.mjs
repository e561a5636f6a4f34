// The sample set-up: a server folder made from a template, its devices with their tokens, the running server,
// and the hosts that show the user interface (the app's window, or the bridge for a browser). `npm start`, the
// browser tests, the window tests and the screenshots all take it from here.

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { binary, inRoot } from "./paths.mjs";
import { answers, mustRun, outputOf, start, textOf, until } from "./processes.mjs";
import { Problem } from "./say.mjs";

/** Makes a server folder from a template, unless it is there. */
export async function initServer(folder, template) {
  if (existsSync(join(folder, "landfall.toml"))) return false;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await mustRun(
    binary("landfall-server"),
    ["init", "--template", template, folder],
    "The sample server could not be made",
  );
  return true;
}

/** Gives a device its own token, in a file that only its owner can read. */
export async function addDevice(folder, name, tokenFile) {
  if (existsSync(tokenFile)) return;
  await mkdir(dirname(tokenFile), { recursive: true, mode: 0o700 });
  const token = outputOf(binary("landfall-server"), ["device", "add", folder, name]);
  if (!token) throw new Problem(`The device "${name}" could not be added to ${folder}.`);
  await writeFile(tokenFile, token, { mode: 0o600 });
}

/** Starts the server and waits until it answers; `port` 0 lets the system choose. */
export async function startServer(folder, { port = 0, log } = {}) {
  const portFile = join(folder, "address");
  await rm(portFile, { force: true });
  const child = start(
    binary("landfall-server"),
    ["serve", folder, "--listen", `127.0.0.1:${port}`, "--port-file", portFile],
    { log },
  );
  const url = `http://${await until("the server's address", () => textOf(portFile), { child })}`;
  await until("the server to answer", () => answers(`${url}/healthz`), { child });
  return { child, url };
}

/**
 * Serves the user interface of one device for a browser; `url` holds a one-time token. Without `server` the device
 * is not connected yet. `within` is a command that runs the bridge in surroundings of its own.
 * @param {{ data: string, server?: string, tokenFile?: string, name?: string, log?: (text: string) => void,
 *   urlFile?: string, within?: string[] }} options
 */
export async function startBridge({
  data,
  server,
  tokenFile,
  name,
  log,
  urlFile = `${data}.url`,
  within = [],
}) {
  await mkdir(data, { recursive: true, mode: 0o700 });
  await rm(urlFile, { force: true });
  const args = [
    "--ui",
    inRoot("ui", "dist"),
    "--data",
    data,
    "--listen",
    "127.0.0.1:0",
    "--print-url-file",
    urlFile,
  ];
  if (name) args.push("--device-name", name);
  if (server) args.push("--server", server, "--token-file", tokenFile);
  const [command, ...rest] = [...within, binary("landfall-bridge"), ...args];
  const child = start(command, rest, { log });
  return { child, url: await until(`the bridge of "${name}"`, () => textOf(urlFile), { child }) };
}

/** What the app reads from its surroundings: where its data lies, and which server it starts connected to. */
export function appEnvironment({ data, server, tokenFile, name }) {
  return {
    LANDFALL_DATA_DIR: data,
    LANDFALL_DEVICE_NAME: name,
    LANDFALL_SERVER_URL: server,
    LANDFALL_TOKEN_FILE: tokenFile,
  };
}

/** Whether nothing listens on that port of this machine. */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
