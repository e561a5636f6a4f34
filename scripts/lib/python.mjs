// Python, for the one test that needs it.

import { outputOf } from "./processes.mjs";

/** A Python that is new enough and can make an environment of its own (Debian has that in a package by itself). */
export function findPython() {
  const fits = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
  return ["python3", "python"].find((name) => outputOf(name, ["-c", fits]) !== null);
}
