// Makes the machine ready: checks the tools, installs what is missing and says why. Can be run any number of
// times; when nothing is missing it does nothing. `npm start` and `npm test` call it.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { installPackages } from "./lib/debian.mjs";
import { isStale } from "./lib/newer.mjs";
import { inRoot } from "./lib/paths.mjs";
import { mustRun, outputOf } from "./lib/processes.mjs";
import { main, Problem, say } from "./lib/say.mjs";

/** `app`: the window is wanted, not only the browser. `tests`: `npm test` is to run. */
export async function setup({ app, tests }) {
  checkNode();
  checkRust(tests);
  await installPackages({ app, tests });
  await installNpmPackages();
}

function checkNode() {
  if (Number(process.versions.node.split(".")[0]) >= 20) return;
  throw new Problem(
    `Landfall needs Node 20 or newer; this is Node ${process.versions.node}. See https://nodejs.org`,
  );
}

function checkRust(tests) {
  const wanted = /^rust-version = "([\d.]+)"/m.exec(readFileSync(inRoot("Cargo.toml"), "utf8"))[1];
  const rustc = outputOf("rustc", ["--version"]);
  if (!rustc || !outputOf("cargo", ["--version"])) {
    throw new Problem(
      `Landfall needs Rust ${wanted} or newer, with cargo; none was found. See https://rustup.rs`,
    );
  }
  const found = /\d+\.\d+/.exec(rustc)[0];
  if (isOlder(found, wanted)) {
    throw new Problem(
      `Landfall needs Rust ${wanted} or newer; this is ${found}. With rustup: rustup update stable`,
    );
  }
  if (!tests) return;
  for (const tool of ["fmt", "clippy"]) {
    if (outputOf("cargo", [tool, "--version"])) continue;
    throw new Problem(`The tests need cargo ${tool}. With rustup: rustup component add rustfmt clippy`);
  }
}

export function isOlder(found, wanted) {
  const [a, b] = [found, wanted].map((version) => version.split(".").map(Number));
  return a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1];
}

async function installNpmPackages() {
  if (!isStale(inRoot("node_modules", ".package-lock.json"), [inRoot("package-lock.json")])) return;
  say("The npm packages of the user interface and its tests are installed, from package-lock.json.");
  // Not `npm ci`: it refuses a lock file that does not name the native packages of every other system, and which of them
  // a registry has is not ours to say. The versions are the lock's all the same, and the lock is not written.
  await mustRun(
    "npm",
    ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"],
    "The npm packages could not be installed",
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const tests = process.argv.includes("--tests");
  await main(() => setup({ app: true, tests }));
}
