// Installs Schemathesis from PyPI into a Python environment of its own in this folder, by requirements.txt, which names
// every package with its version and the checksums of its files. Does nothing when it is there. requirements.txt is made of
// requirements.in: `uv pip compile --universal --generate-hashes --no-header --python-version 3.11`.

import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isStale } from "../../scripts/lib/newer.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { findPython } from "../../scripts/lib/python.mjs";
import { Problem, say } from "../../scripts/lib/say.mjs";

const folder = inRoot("tests", "contract");
const environment = join(folder, ".venv");
const requirements = join(folder, "requirements.txt");
const programs = join(environment, process.platform === "win32" ? "Scripts" : "bin");
/** Written when all is there. */
const installed = join(environment, "installed");

/** The program. */
export async function installSchemathesis() {
  const schemathesis = join(programs, "schemathesis");
  if (!isStale(installed, [requirements]) && isUsable(schemathesis)) return schemathesis;
  const python = findPython();
  if (!python) {
    throw new Problem(
      "Schemathesis needs Python 3.11 or newer with its module venv, and there is none, so the description of the tables " +
        "was not checked. On Debian: apt-get install python3-venv",
    );
  }
  say("Schemathesis is installed from PyPI, for these tests only.");
  rmSync(environment, { recursive: true, force: true });
  const made = await run(python, ["-m", "venv", environment]);
  const args = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--require-hashes",
    "-r",
    requirements,
  ];
  const code = made || (await run(join(programs, "python"), args));
  if (code !== 0 || !isUsable(schemathesis)) {
    throw new Problem(
      "Schemathesis could not be installed, so the description of the tables was not checked. pip's words are above: it " +
        "must reach its registry, and needs Python 3.11 or newer.",
    );
  }
  writeFileSync(installed, "");
  return schemathesis;
}

const isUsable = (program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
