// The two servers, each as a process of its own: ours, and the one that the old client was made for.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binary } from "../../../scripts/lib/paths.mjs";
import { mustRun, start, stop, until } from "../../../scripts/lib/processes.mjs";
import { addDevice, startServer } from "../../../scripts/lib/sample.mjs";
import { exported, historyOf } from "../../processes/server.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Landfall's server with the table `notes`. `token(name)` gives a device its token, a new one or the one that it has;
 * `rows()` are the notes that the server has, asked of the server itself; `kinds(id)` is what was done to a note, newest
 * first.
 */
export async function startOurs(folder) {
  const init = ["init", "--schema", join(here, "landfall.toml"), folder];
  await mustRun(binary("landfall-server"), init, "The server's folder could not be made");
  const { child, url } = await startServer(folder);
  const tokenFile = async (name) => {
    const file = join(folder, `${name}.token`);
    await addDevice(folder, name, file);
    return file;
  };
  return {
    url,
    token: async (name) => (await readFile(await tokenFile(name), "utf8")).trim(),
    kinds: async (id) =>
      (await historyOf(url, await tokenFile("reader"), "notes", id)).map((entry) => entry.kind),
    rows: () => exported(folder, "notes"),
    close: () => stop(child),
  };
}

/** The original server with the same table, in one SQLite file. It asks for no token. */
export async function startOriginal(folder) {
  const file = `${folder}.sqlite`;
  const child = start(process.execPath, [join(here, "old-server.cjs"), file, "0"]);
  const port = await until("the original server", () => /^listening (\d+)$/m.exec(child.output)?.[1], {
    child,
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    token: async () => undefined,
    /** Notes that are there at once, written past the server as a script of the team would. */
    async has(notes) {
      const database = new (createRequire(import.meta.url)("sqlite3").Database)(file);
      const done = (work) =>
        new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
      const places = notes.map(() => "(?, ?)").join(", ");
      const values = notes.flatMap(({ id, text }) => [id, text]);
      await done((told) => database.run(`INSERT INTO notes (id, text) VALUES ${places}`, values, told));
      await done((told) => database.close(told));
    },
    async rows() {
      const answer = await fetch(`${url}/tables/notes?$top=1000`);
      if (!answer.ok) throw new Error(`the original server's notes: ${answer.status}`);
      return answer.json();
    },
    close: () => stop(child),
  };
}
