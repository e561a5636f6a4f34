// Holds the description of the table protocol that the server gives of itself against what it does: Schemathesis (PyPI)
// makes requests from the description, fitting ones and others, and looks at every answer's status, headers and body.
// What it looks for stands in schemathesis.toml.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, inRoot } from "../../scripts/lib/paths.mjs";
import { mustRun, run, stop } from "../../scripts/lib/processes.mjs";
import { addDevice, startServer } from "../../scripts/lib/sample.mjs";
import { main } from "../../scripts/lib/say.mjs";
import { installSchemathesis } from "./install.mjs";

const here = (...parts) => inRoot("tests", "contract", ...parts);

await main(async () => {
  const schemathesis = await installSchemathesis();
  const folder = await mkdtemp(join(tmpdir(), "landfall-contract-"));
  let server;
  try {
    const workspace = join(folder, "server");
    await landfall("init", "--schema", here("landfall.toml"), workspace);
    for (const table of ["airfields", "inspections"]) {
      await landfall("import", workspace, table, here(`${table}.csv`));
    }
    const tokenFile = join(folder, "token");
    await addDevice(workspace, "schemathesis", tokenFile);
    server = await startServer(workspace);
    const token = (await readFile(tokenFile, "utf8")).trim();
    process.exitCode = await run(
      schemathesis,
      ["--config-file", here("schemathesis.toml"), "run", `${server.url}/tables/openapi.json`],
      { cwd: folder, env: { LANDFALL_TOKEN: token, PYTHONDONTWRITEBYTECODE: "1" } },
    );
  } finally {
    await stop(server?.child);
    await rm(folder, { recursive: true, force: true });
  }
});

function landfall(...args) {
  return mustRun(binary("landfall-server"), args, "The server's folder could not be made");
}
