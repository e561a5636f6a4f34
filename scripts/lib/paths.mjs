// Where things lie in the checkout. Every script takes its paths from here.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A path inside the checkout. */
export const inRoot = (...parts) => join(root, ...parts);

/**
 * Where `npm start` keeps the sample server, its tokens and the devices' data. Git ignores it. A test, or a second
 * sample, names another folder.
 */
export const stateDir = process.env.LANDFALL_SAMPLE_DIR ?? inRoot(".landfall");

/** The debug binary of that name, or that of the build which LANDFALL_BUILD names; one target folder for everything. */
export const binary = (name) =>
  join(
    process.env.CARGO_TARGET_DIR ?? inRoot("target"),
    process.env.LANDFALL_BUILD ?? "debug",
    process.platform === "win32" ? `${name}.exe` : name,
  );

/** The test files in a folder. `node --test` reads a folder's name in one way up to Node 20 and in another after it. */
export const testFiles = (...parts) =>
  readdirSync(inRoot(...parts))
    .filter((name) => name.endsWith(".test.mjs"))
    .map((name) => inRoot(...parts, name));
