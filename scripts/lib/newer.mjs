// Is anything in these folders newer than a file made from them?

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** True when `output` is missing or older than any file among `sources` (files or folders). */
export function isStale(output, sources) {
  const made = timeOf(output);
  return made === null || sources.some((source) => newest(source) > made);
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
