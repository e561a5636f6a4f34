// Builds what a person needs to start: the user interface when its sources are newer, and the binaries.

import { isStale } from "./newer.mjs";
import { inRoot } from "./paths.mjs";
import { mustRun } from "./processes.mjs";
import { heading } from "./say.mjs";

const uiSources = ["ui/src", "ui/public", "ui/index.html", "ui/vite.config.ts", "package-lock.json"].map(
  (path) => inRoot(path),
);

export async function buildUi() {
  if (!isStale(inRoot("ui", "dist", "index.html"), uiSources)) return;
  heading("building the user interface");
  await mustRun("npm", ["run", "--silent", "ui:build"], "The user interface could not be built");
}

/** `packages` as for `cargo build`; cargo itself knows what is up to date. */
export async function buildRust(args) {
  heading("building the programs (some minutes the first time, seconds after that)");
  await mustRun("cargo", ["build", ...args], "The programs could not be built");
}
