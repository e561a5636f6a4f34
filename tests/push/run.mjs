// Sends real pushes to stand-ins for push services that others wrote, and reads there what came.

import { testFiles } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { main } from "../../scripts/lib/say.mjs";
import { installPush } from "./lib/install.mjs";

await main(async () => {
  await installPush();
  process.exitCode = await run("node", ["--test", "--test-concurrency=1", ...testFiles("tests", "push")]);
});
