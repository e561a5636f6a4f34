// `npm start`: installs what is missing, builds, makes the sample server on the first run, starts it, and opens
// the app already connected.
//
//   npm start -- --two        two devices, to see records travel
//   npm start -- --headless   the same user interface in a browser (chosen by itself where there is no display)
//   npm start -- --reset      start afresh: the sample server and both devices' data are deleted (asks first)

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { buildRust, buildUi } from "./lib/build.mjs";
import { binary, stateDir } from "./lib/paths.mjs";
import { answers, start, stopAll, textOf } from "./lib/processes.mjs";
import { addDevice, appEnvironment, initServer, isFree, startBridge, startServer } from "./lib/sample.mjs";
import { heading, main, Problem, say } from "./lib/say.mjs";
import { setup } from "./setup.mjs";

const serverDir = join(stateDir, "server");
const tokenFile = (device) => join(stateDir, "tokens", `${device}.token`);
const dataDir = (device) => join(stateDir, "devices", device);
const portFile = join(stateDir, "port");

// Above the run below: it stands in an `await` at the top level, before which nothing further down exists.
const headlessPackages = ["--package", "landfall-server", "--package", "landfall-tests", "--bins"];
const windowPackages = ["--package", "landfall-server", "--package", "landfall", "--bins"];

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => stopAll().then(() => process.exit(0)));
}

await main(async () => {
  try {
    await startEverything(flags());
  } finally {
    await stopAll();
  }
});

async function startEverything(wanted) {
  if (wanted.reset) await reset(wanted.yes);

  const port = await usualPort();
  const headless = wanted.headless || !hasDisplay();
  if (headless && !wanted.headless) {
    say(
      "There is no display here, so the app's window can't open. The same user interface is served for a browser.",
    );
  }
  await setup({ app: !headless, tests: false });
  await buildUi();
  await buildRust(headless ? headlessPackages : windowPackages);

  heading("the sample server");
  const devices = wanted.two ? ["laptop", "phone"] : ["laptop"];
  await prepareServer();
  const server = await startServer(serverDir, { port });
  await writeFile(portFile, new URL(server.url).port);
  say(`The server answers at ${server.url}; its data is in ${serverDir}.`);

  const hosts = await Promise.all(
    devices.map((device) => (headless ? openBridge : openWindow)(device, server.url)),
  );
  say(headless ? "\nCtrl+C stops everything." : "\nClose the window, or press Ctrl+C here, to stop.");
  await Promise.race([server.child.ended, Promise.all(hosts.map((host) => host.ended))]);
  if (server.child.exitCode !== null) {
    throw new Problem(`The server ended by itself. Its last words:\n${server.child.output.trim()}`);
  }
}

function flags() {
  try {
    const on = { type: "boolean", default: false };
    return parseArgs({ options: { two: on, headless: on, reset: on, yes: on } }).values;
  } catch (error) {
    throw new Problem(`${error.message}. The flags are --two, --headless, --reset and --yes.`);
  }
}

function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function reset(yes) {
  const sentence = `Everything in ${stateDir} is deleted: the sample server, its records, and changes not yet sent.`;
  if (!yes && !process.stdin.isTTY) throw new Problem(`${sentence} Say --yes as well.`);
  if (!yes) {
    const ask = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await ask.question(`${sentence} Go on? (y/N) `);
    ask.close();
    if (!/^y(es)?$/i.test(answer.trim())) throw new Problem("Nothing was deleted.");
  }
  await rm(stateDir, { recursive: true, force: true });
}

async function prepareServer() {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const made = await initServer(serverDir, "airfields");
  if (made) await rm(join(stateDir, "tokens"), { recursive: true, force: true });
  for (const device of ["laptop", "phone"]) await addDevice(serverDir, device, tokenFile(device));
}

/** The port of the last run, which the devices know; any free one the first time. */
async function usualPort() {
  const last = Number((await textOf(portFile)) ?? 0);
  if (last === 0 || (await isFree(last))) return last;
  const url = `http://127.0.0.1:${last}`;
  if (await answers(`${url}/healthz`)) {
    throw new Problem(
      `Landfall runs here already: its server answers at ${url}. Stop that one first, with Ctrl+C.`,
    );
  }
  throw new Problem(
    `Another program uses port ${last}, where the sample devices look for their server. Stop it, or start afresh: npm start -- --reset`,
  );
}

async function openBridge(device, server) {
  const bridge = await startBridge({
    data: dataDir(device),
    server,
    tokenFile: tokenFile(device),
    name: device,
  });
  say(`The ${device} is at ${bridge.url}`);
  say("  (the address works once and only on this machine; after that the browser's cookie is the key)");
  return bridge.child;
}

async function openWindow(device, server) {
  const environment = appEnvironment({
    data: dataDir(device),
    server,
    tokenFile: tokenFile(device),
    name: device,
  });
  await mkdir(dataDir(device), { recursive: true, mode: 0o700 });
  say(`The ${device}'s window opens.`);
  return start(binary("landfall"), [], { env: environment, log: (text) => process.stderr.write(text) });
}
