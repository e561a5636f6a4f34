// What the server has, asked of the server itself and not of a device.

import { execFile } from "node:child_process";
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

/** A record's history, newest first or oldest first as the server tells it. */
export async function historyOf(server, tokenFile, table, id) {
  const token = (await readFile(tokenFile, "utf8")).trim();
  const answer = await fetch(`${server}/v1/records/${table}/${id}/history`, {
    headers: { authorization: `Bearer ${token}`, "landfall-protocol": "1" },
  });
  if (!answer.ok) throw new Error(`history of ${table}/${id}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).entries;
}
