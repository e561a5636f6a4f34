// A server that can push, and two devices that are no more than their tokens: what is looked at here is what leaves the
// server.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary } from "../../../scripts/lib/paths.mjs";
import { stop } from "../../../scripts/lib/processes.mjs";
import { addDevice, initServer, startServer } from "../../../scripts/lib/sample.mjs";

/** A port of this machine that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A server with keys for Web Push that may push to this machine, a laptop, and a phone. */
export async function startWorld() {
  const folder = await mkdtemp(join(tmpdir(), "landfall-push-"));
  const workspace = join(folder, "server");
  await initServer(workspace, "todo");
  const keys = await landfallServer("push", "keys", workspace, "--contact", "ops@example.org");
  assert.equal(keys.code, 0, keys.err);
  // The stand-ins are on this machine, which servers do not push to unless they are told to.
  await appendFile(join(workspace, "push.toml"), "private_networks = true\n");
  const server = await startServer(workspace);
  const device = async (name) => {
    const tokenFile = join(folder, `${name}.token`);
    await addDevice(workspace, name, tokenFile);
    return asker(server.url, (await readFile(tokenFile, "utf8")).trim());
  };
  return {
    workspace,
    /** What `push keys` said. */
    said: keys.out,
    laptop: await device("laptop"),
    phone: await device("phone"),
    async close() {
      await stop(server.child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server's own program, run to its end. */
export async function landfallServer(...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(binary("landfall-server"), args);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    if (typeof error.code !== "number") throw error;
    return { code: error.code, out: error.stdout, err: error.stderr };
  }
}

/** Asks the server as a device does. */
function asker(url, token) {
  return async (method, path, body) => {
    const answer = await fetch(`${url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "landfall-protocol": "1",
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
}

/** The device makes a record. */
export async function saves(device, id, fields) {
  const op = { op_id: `op-${id}`, table: "todo_items", id, kind: "insert", fields, edited_at: Date.now() };
  const { results } = await device("POST", "push", { ops: [op] });
  assert.equal(results[0].outcome, "applied", JSON.stringify(results));
}
