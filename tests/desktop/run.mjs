// Runs the window tests on a screen in memory with a message bus of its own, so that they look the same on every
// machine and touch nothing of the person's session.

import { testFiles } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";

const screen = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", "--"];
const tests = ["node", "--test", "--test-concurrency=1", ...testFiles("tests", "desktop")];

process.exitCode = await run(screen[0], [...screen.slice(1), ...tests]);
