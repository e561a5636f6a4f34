// Installs the old client and the original server from npm into this folder, where nothing of the project can take them
// for its own. Does nothing when they are there.
//
// npm's sqlite3 comes ready-made or, where that can't be had, is compiled: with the C++ compiler and the Python that
// scripts/setup.mjs sees to on Debian (the web view's development files bring Python), and with the header files of this
// Node, if they lie beside it, else with those that node-gyp fetches.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isStale } from "../../../scripts/lib/newer.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/processes.mjs";
import { Problem, say } from "../../../scripts/lib/say.mjs";

const folder = inRoot("tests", "azure");

export async function installAzure() {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!isStale(installed, [join(folder, "package.json")]) && isUsable()) return;
  say("The old Azure Mobile Apps client and server are installed from npm, for these tests only.");
  say("npm's sqlite3 may have to be compiled; that takes some minutes, once.");
  const args = ["install", "--no-save", "--no-audit", "--no-fund"];
  const code = await run("npm", args, { cwd: folder, env: headers() });
  if (code !== 0 || !isUsable()) {
    throw new Problem(
      "The old Azure client and server could not be installed, so nothing is proved with them. npm's words are above: " +
        "it must reach its registry, and sqlite3 needs a C++ compiler, Python 3 and the header files of this Node " +
        `(${process.version}).`,
    );
  }
}

/** All three are there, and sqlite3 is one that this Node can load. */
function isUsable() {
  const load = "for (const name of Object.keys(require('./package.json').dependencies)) require(name);";
  const browser = "globalThis.window = globalThis; globalThis.cordova = { version: '9.0.0' };";
  return spawnSync(process.execPath, ["-e", browser + load], { cwd: folder }).status === 0;
}

/** Where node-gyp finds this Node's header files: npm 10 and npm 11 hand it on under two names. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  if (!existsSync(join(prefix, "include", "node", "node_api.h"))) return {};
  return { npm_config_nodedir: prefix, npm_package_config_node_gyp_nodedir: prefix };
}
