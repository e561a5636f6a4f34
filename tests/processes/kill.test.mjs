// kill -9 of the real processes in the middle of a push: nothing is lost, nothing is applied twice.
//
// A line that listens stands between the laptop and the server, so that the kill comes at an exact moment: the
// server has not seen the batch, or has committed it and the laptop has not heard so.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";
import { enter } from "./client.mjs";
import { startProxy } from "./proxy.mjs";
import { exported, historyOf } from "./server.mjs";

// More than the server takes in one batch, so that the kill comes in the middle.
const EDITS = 1_200;

let folder;
let serverFolder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-kill-"));
  serverFolder = join(folder, "server");
  await initServer(serverFolder, "todo");
});

after(() => rm(folder, { recursive: true, force: true }));

/** A laptop of its own for each story: its data, its token, its name. */
async function laptopNamed(name, server) {
  const tokenFile = join(folder, `${name}.token`);
  await addDevice(serverFolder, name, tokenFile);
  const open = async () => {
    const bridge = await startBridge({ data: join(folder, name), server, tokenFile, name });
    return { child: bridge.child, command: await enter(bridge.url) };
  };
  return { open, tokenFile };
}

/** Waits until a moment has come for the n-th time, then kills the laptop and cuts the line. */
function killAt(nth, laptopOf) {
  let seen = 0;
  let isDead = false;
  const moment = async (path) => {
    if (!path.startsWith("/v1/push") || ++seen !== nth) return "go";
    const { child } = laptopOf();
    child.kill("SIGKILL");
    await child.ended;
    isDead = true;
    return "cut";
  };
  return { moment, killed: () => until("the kill", () => isDead) };
}

async function makeEdits(command, word) {
  await command("work_offline_set", { on: true });
  for (let number = 0; number < EDITS; number += 1) {
    const { id } = await command("record_new", { table: "todo_items", copy_of: null });
    await command("record_create", { table: "todo_items", id, fields: { text: `${word} ${number}` } });
  }
}

async function drained(command) {
  await command("sync_now");
  const status = await until("an empty outbox", async () => {
    const now = await command("sync_status");
    return now.waiting === 0 && now.state === "idle" && now;
  });
  assert.equal(status.refused, 0);
  assert.equal(status.conflicts, 0);
}

for (const [word, moments] of [
  ["unheard", (moment) => ({ answered: moment })],
  ["unseen", (moment) => ({ asked: moment })],
]) {
  test(`the laptop is killed while a batch is ${word} (U1, U3)`, { timeout: 180_000 }, async () => {
    let laptop;
    const server = await startServer(serverFolder);
    const { moment, killed } = killAt(2, () => laptop);
    const line = await startProxy(server.url, moments(moment));
    const { open, tokenFile } = await laptopNamed(`laptop ${word}`, line.url);
    try {
      // The laptop makes its edits with no network, then goes online and dies in the second batch.
      laptop = await open();
      await makeEdits(laptop.command, word);
      await laptop.command("work_offline_set", { on: false });
      await laptop.command("sync_now");
      await killed();

      // Started again, it sends what is left and hears what it missed.
      laptop = await open();
      await drained(laptop.command);

      // The server has every edit, and each exactly once.
      const mine = (await exported(serverFolder, "todo_items")).filter((row) =>
        row.text.startsWith(`${word} `),
      );
      assert.equal(new Set(mine.map((row) => row.text)).size, EDITS, "nothing is lost");
      assert.equal(mine.length, EDITS, "nothing is there twice");
      for (const row of mine) {
        const entries = await historyOf(server.url, tokenFile, "todo_items", row.id);
        assert.equal(entries.length, 1, `"${row.text}" was applied once`);
      }
    } finally {
      await stop(laptop?.child);
      await line.close();
      await stop(server.child);
    }
  });
}
