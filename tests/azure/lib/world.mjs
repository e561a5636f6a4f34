// A server, and devices of a story. One server serves all stories of a file; each story has devices and ids of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oldDevice } from "./client.mjs";
import { startLine } from "./line.mjs";

/** `start`: which server. `close()` ends everything. */
export async function startWorld(start) {
  const folder = await mkdtemp(join(tmpdir(), "landfall-azure-"));
  const server = await start(join(folder, "server"));
  const opened = [];
  let files = 0;

  /** Opens the old client on a file; the same file again is the same app, started anew. */
  async function open(name, file) {
    const line = await startLine(server.url);
    const client = await oldDevice({ url: line.url, file, token: await server.token(name) });
    const device = {
      ...client,
      line,
      async restart() {
        await device.close();
        return open(name, file);
      },
      async close() {
        opened.splice(opened.indexOf(device), 1);
        await client.close();
        await line.close();
      },
    };
    opened.push(device);
    return device;
  }

  return {
    server,
    /** A device with the old client and an empty store of its own, behind a line of its own. */
    device(name) {
      files += 1;
      return open(name, join(folder, `${name}-${files}.sqlite`));
    },
    async close() {
      for (const device of [...opened]) await device.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What a push comes to, as words: `[]` when all went well; else each conflict that the client hands to its app
 * (`insert 409`), or the status that made it stop (0: the line broke).
 */
export async function pushed(device, handler) {
  try {
    const conflicts = await device.push(handler);
    return conflicts.map((conflict) => `${conflict.getAction()} ${conflict.getError().request.status}`);
  } catch (error) {
    return [`stopped by ${error.cause().request.status}`];
  }
}

/** The server's notes whose id begins so, in the order of their ids, each as `id: text`. */
export async function notesOf(server, prefix) {
  const rows = await server.rows();
  return rows
    .filter((row) => row.id.startsWith(prefix))
    .map((row) => `${row.id}: ${row.text}`)
    .sort();
}
