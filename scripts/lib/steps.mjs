// The steps of `npm test`, in order. A step that `needs` others is not run when one of them failed.
//
// Everything in Rust is built once, with one selection of packages and features (`everything`), so that the
// linter, the tests, the bridge and the app share their builds.

import { existsSync } from "node:fs";
import { binary, testFiles } from "./paths.mjs";
import { outputOf } from "./processes.mjs";

const npm = (...args) => ["npm", ["run", "--silent", ...args]];
const xtask = (...args) => [binary("xtask"), args];

export const steps = [
  {
    name: "format",
    group: "rust",
    what: "Rust is formatted",
    command: () => ["cargo", ["fmt", "--all", "--check"]],
  },
  {
    name: "ui:check",
    group: "ui",
    what: "types and lint of the user interface",
    command: () => npm("ui:check"),
  },
  { name: "ui:test", group: "ui", what: "components of the user interface", command: () => npm("ui:test") },
  { name: "ui:build", group: "ui", what: "the user interface is built", command: () => npm("ui:build") },
  {
    name: "scripts:check",
    group: "ui",
    what: "lint of scripts and of the tests outside the user interface",
    command: () => ["npx", ["--no-install", "biome", "check", "scripts", "tests"]],
  },
  {
    name: "e2e:check",
    group: "ui",
    what: "types of the browser tests",
    command: () => ["npx", ["--no-install", "tsc", "-p", "tests/e2e"]],
  },
  {
    name: "scripts",
    group: "ui",
    what: "the scripts' own tests",
    command: () => ["node", ["--test", ...testFiles("scripts", "test")]],
  },
  {
    name: "build",
    group: "rust",
    needs: ["ui:build"],
    what: "everything in Rust is built",
    command: () => ["cargo", ["build", ...everything(), "--all-targets"]],
  },
  {
    name: "clippy",
    group: "rust",
    needs: ["ui:build"],
    what: "Rust's linter, warnings forbidden",
    command: () => ["cargo", ["clippy", ...everything(), "--all-targets", "--", "-D", "warnings"]],
  },
  {
    name: "tidy",
    group: "rust",
    needs: ["build"],
    what: "the rules of the house",
    command: () => xtask("tidy"),
  },
  {
    name: "versions",
    group: "rust",
    needs: ["build"],
    what: "versions that must agree",
    command: () => xtask("versions"),
  },
  {
    name: "bindings",
    group: "rust",
    needs: ["build"],
    what: "the TypeScript bindings match the commands",
    command: () => xtask("bindings", "--check"),
  },
  {
    name: "mobile",
    what: "the phones' code, as far as it can be checked without their SDKs",
    command: () => ["node", ["scripts/check-mobile.mjs"]],
  },
  { name: "tests", group: "rust", needs: ["build"], what: "all tests in Rust", command: rustTests },
  {
    name: "processes",
    needs: ["build"],
    what: "the real processes: kills, refusals, a server that is away",
    command: () => ["node", ["--test", "--test-concurrency=1", ...testFiles("tests", "processes")]],
  },
  {
    name: "contract",
    needs: ["build"],
    what: "what the server says of its tables, held against what it does",
    command: () => ["node", ["tests/contract/run.mjs"]],
  },
  {
    name: "azure",
    needs: ["build"],
    what: "the real Azure Mobile Apps client, with our server and with its own",
    command: () => ["node", ["tests/azure/run.mjs"]],
  },
  {
    name: "push",
    needs: ["build"],
    what: "pushes to push services that others wrote",
    command: () => ["node", ["tests/push/run.mjs"]],
  },
  {
    name: "e2e",
    needs: ["ui:build", "build"],
    what: "the whole user interface in a browser, two devices and a server",
    command: () => [
      "npx",
      ["--no-install", "playwright", "test", "--config", "tests/e2e/playwright.config.ts"],
    ],
  },
  {
    name: "desktop",
    needs: ["ui:build", "build"],
    what: "the real app in real windows",
    command: () => ["node", ["tests/desktop/run.mjs"]],
  },
];

function everything() {
  return ["--workspace"];
}

function rustTests() {
  // nextest runs each test in its own process and is faster; plain cargo runs the same tests.
  return outputOf("cargo", ["nextest", "--version"])
    ? ["cargo", ["nextest", "run", ...everything()]]
    : ["cargo", ["test", ...everything(), "--all-targets"]];
}

/** The steps that these words name (a name or a group), with what they need; no words: all. */
export function chosen(words) {
  if (words.length === 0) return steps;
  const wanted = new Set();
  const add = (step) => {
    if (wanted.has(step)) return;
    wanted.add(step);
    for (const name of step.needs ?? []) add(steps.find((other) => other.name === name));
  };
  for (const word of words) {
    const named = steps.filter((step) => step.name === word || step.group === word);
    if (named.length === 0) return { unknown: word };
    named.forEach(add);
  }
  return steps.filter((step) => wanted.has(step));
}

/** Whether a build was made before, so that a person can be told how long a first one takes. */
export const builtBefore = () => existsSync(binary("landfall-server"));
