// What the server has, asked of the server itself and not of a device.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { binary } from "../../scripts/lib/paths.mjs";

/** The rows of a table as `landfall-server export` writes them. */
export async function exported(folder, table) {
  const args = ["export", folder, table, "--format", "ndjson"];
  const { stdout } = await promisify(execFile)(binary("landfall-server"), args, { maxBuffer: 1 << 28 });
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** A record's history, newest first. */
export async function historyOf(server, tokenFile, table, id) {
  const token = (await readFile(tokenFile, "utf8")).trim();
  const answer = await fetch(`${server}/v1/records/${table}/${id}/history`, {
    headers: { authorization: `Bearer ${token}`, "landfall-protocol": "1" },
  });
  if (!answer.ok) throw new Error(`history of ${table}/${id}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).entries;
}

/** Another device changes a record: straight at the server, on top of what the server has. */
export async function changedAt(server, tokenFile, table, id, fields) {
  const token = (await readFile(tokenFile, "utf8")).trim();
  const [newest] = await historyOf(server, tokenFile, table, id);
  const op = { op_id: randomUUID(), table, id, kind: "update", base_version: newest.version, fields };
  const answer = await fetch(`${server}/v1/push`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "landfall-protocol": "1",
      "content-type": "application/json",
    },
    body: JSON.stringify({ ops: [{ ...op, edited_at: Date.now() }] }),
  });
  const { results } = await answer.json();
  if (results?.[0]?.outcome !== "applied") throw new Error(`${table}/${id}: ${JSON.stringify(results)}`);
}
