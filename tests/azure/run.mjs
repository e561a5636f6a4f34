// Runs the real Azure Mobile Apps client of npm against our server, and beside it against the server that it was made for.

import { testFiles } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { main } from "../../scripts/lib/say.mjs";
import { installAzure } from "./lib/install.mjs";

await main(async () => {
  await installAzure();
  process.exitCode = await run("node", ["--test", "--test-concurrency=1", ...testFiles("tests", "azure")]);
});
