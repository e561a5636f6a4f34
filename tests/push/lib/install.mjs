// Installs the stand-in for a push service from npm into this folder, for these tests only. Does nothing when it is there.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isStale } from "../../../scripts/lib/newer.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/processes.mjs";
import { Problem, say } from "../../../scripts/lib/say.mjs";

const folder = inRoot("tests", "push");

/** The stand-in's program. */
export const standIn = join(folder, "node_modules", "web-push-testing", "src", "bin", "server.js");

export async function installPush() {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!isStale(installed, [join(folder, "package.json")]) && existsSync(standIn)) return;
  say("A stand-in for a push service is installed from npm, for these tests only.");
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const code = await run("npm", args, { cwd: folder });
  if (code !== 0 || !existsSync(standIn)) {
    throw new Problem(
      "The stand-in (npm: web-push-testing) could not be installed, so nothing is proved with it. npm's words are " +
        "above: it must reach its registry.",
    );
  }
}
