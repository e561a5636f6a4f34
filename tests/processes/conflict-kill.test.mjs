// kill -9 of a device while it has a conflict, while a person decides it, and while the decision is on its way: the
// conflict stands, or its resolution does, and no value is lost.
//
// A line that listens stands between the laptop and the server, so that the kill comes at an exact moment. The other
// device is the phone; it speaks to the server itself.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";
import { enter } from "./client.mjs";
import { startProxy } from "./proxy.mjs";
import { changedAt, exported, historyOf } from "./server.mjs";

const TABLE = "todo_items";

let folder;
let serverFolder;
let phoneToken;
let server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-conflict-kill-"));
  serverFolder = join(folder, "server");
  await initServer(serverFolder, "todo");
  phoneToken = join(folder, "phone.token");
  await addDevice(serverFolder, "phone", phoneToken);
  server = await startServer(serverFolder);
});

after(async () => {
  await stop(server?.child);
  await rm(folder, { recursive: true, force: true });
});

/** A laptop of its own for each story, and its line, whose moments the story sets while it goes. */
async function newLaptop(name) {
  const line = { isOpen: true, asked: null, answered: null };
  const proxy = await startProxy(server.url, {
    asked: (path) => (line.isOpen ? line.asked?.(path) : "cut"),
    answered: (path) => line.answered?.(path),
  });
  const tokenFile = join(folder, `${name}.token`);
  await addDevice(serverFolder, name, tokenFile);
  const laptop = {
    line,
    child: null,
    command: null,
    async starts() {
      const data = join(folder, name);
      const bridge = await startBridge({ data, server: proxy.url, tokenFile, name });
      laptop.child = bridge.child;
      laptop.command = await enter(bridge.url);
    },
    async isKilled() {
      laptop.child.kill("SIGKILL");
      await laptop.child.ended;
      laptop.command = null;
    },
    async ends() {
      await stop(laptop.child);
      await proxy.close();
    },
  };
  await laptop.starts();
  // It syncs when the story says so.
  await laptop.command("sync_set_automatic", { on: false });
  await synced(laptop);
  return laptop;
}

/** Syncs, and waits until a run has ended well and nothing is left to send. */
async function synced({ command }) {
  await command("work_offline_set", { on: false });
  const before = (await command("sync_status")).last_success ?? 0;
  return until("a run that ends well", async () => {
    await command("sync_now");
    const now = await command("sync_status");
    return now.waiting === 0 && now.last_success > before && now;
  });
}

/**
 * Asks for a run until the moment of the kill has come. A run that is under way takes no other one in, and the kill may
 * come before the command has answered.
 */
function runsUntil(command, kind, isDead) {
  return until("the kill", async () => {
    if (!isDead()) await command(kind).catch(() => null);
    return isDead();
  });
}

/** An item that both have changed: the laptop, which has not been online since, and the phone. */
async function collision(laptop, word) {
  const { id } = await laptop.command("record_new", { table: TABLE, copy_of: null });
  await laptop.command("record_create", { table: TABLE, id, fields: { text: `${word}: base` } });
  await synced(laptop);
  await laptop.command("work_offline_set", { on: true });
  const mine = { text: `${word}: mine`, notes: `${word}: notes of mine` };
  await laptop.command("record_update", { table: TABLE, id, patch: mine });
  await changedAt(server.url, phoneToken, TABLE, id, { text: `${word}: theirs` });
  return id;
}

const values = (word) => ({ base: `${word}: base`, mine: `${word}: mine`, theirs: `${word}: theirs` });

/** The conflict's three values, or null where there is none. */
async function conflictOf({ command }, id) {
  const conflict = await command("conflict_get", { table: TABLE, id }).catch((error) => {
    if (error.command?.code === "not_found") return null;
    throw error;
  });
  if (!conflict) return null;
  assert.deepEqual(
    conflict.fields.map((field) => field.column),
    ["text"],
  );
  const [{ base, mine, theirs }] = conflict.fields;
  return { base, mine, theirs };
}

const shown = async ({ command }, id) => (await command("record_get", { table: TABLE, id })).fields;

async function inConflict(laptop, word) {
  const id = await collision(laptop, word);
  await laptop.command("work_offline_set", { on: false });
  await laptop.command("sync_now");
  await until("the conflict", () => conflictOf(laptop, id));
  return id;
}

/** Decides for good, if it is still to be decided, and sees that everybody has the decision and nothing is asked again. */
async function endsWith(laptop, id, text, word) {
  laptop.line.isOpen = true;
  if (await conflictOf(laptop, id)) {
    const resolution = { kind: "values", fields: { text } };
    await laptop.command("conflict_resolve", { table: TABLE, id, revision: null, resolution });
  }
  assert.equal((await synced(laptop)).conflicts, 0);
  const row = (await exported(serverFolder, TABLE)).find((one) => one.id === id);
  assert.equal(row.text, text);
  assert.equal(row.notes, `${word}: notes of mine`, "what did not collide is not lost");
  const story = await historyOf(server.url, phoneToken, TABLE, id);
  assert.deepEqual(
    story.map((entry) => entry.after.text),
    [text, `${word}: theirs`, `${word}: base`],
    "each change is there, once",
  );
  // And on the laptop: neither side's value is lost, whatever was killed when.
  const { entries } = await laptop.command("record_history", {
    table: TABLE,
    id,
    column: "text",
    with_server: false,
  });
  const told = new Set(
    entries.flatMap(({ changes }) => changes.flatMap((change) => [change.old, change.new])),
  );
  for (const value of [text, ...Object.values(values(word))])
    assert.ok(told.has(value), `the laptop's history has “${value}”: ${JSON.stringify(entries)}`);
}

test("the laptop is killed with the answer that would have told it of the conflict", {
  timeout: 120_000,
}, async () => {
  const laptop = await newLaptop("laptop unheard");
  try {
    for (const route of ["/v1/push", "/v1/pull"]) {
      const word = `unheard ${route}`;
      const id = await collision(laptop, word);
      let isDead = false;
      laptop.line.answered = async (path) => {
        if (isDead || !path.startsWith(route)) return "go";
        await laptop.isKilled();
        isDead = true;
        return "cut";
      };
      await laptop.command("work_offline_set", { on: false });
      await runsUntil(laptop.command, route === "/v1/push" ? "sync_push" : "sync_pull", () => isDead);
      laptop.line.answered = null;

      laptop.line.isOpen = false;
      await laptop.starts();
      assert.equal((await shown(laptop, id)).text, `${word}: mine`);
      laptop.line.isOpen = true;
      await laptop.command("sync_now");
      assert.deepEqual(await until("the conflict", () => conflictOf(laptop, id)), values(word));
      await endsWith(laptop, id, `${word}: both`, word);
    }
  } finally {
    await laptop.ends();
  }
});

test("the laptop is killed around the moment at which the conflict is committed", {
  timeout: 180_000,
}, async () => {
  const laptop = await newLaptop("laptop committing");
  try {
    for (const delay of [0, 1, 2, 4, 8, 16, 32]) {
      const word = `commit ${delay}`;
      const id = await collision(laptop, word);
      let isDead = false;
      laptop.line.answered = (path) => {
        if (isDead || !path.startsWith("/v1/pull")) return "go";
        isDead = pause(delay)
          .then(() => laptop.isKilled())
          .then(() => true);
        return "go";
      };
      await laptop.command("work_offline_set", { on: false });
      await runsUntil(laptop.command, "sync_pull", () => isDead);
      laptop.line.answered = null;

      // With no network: the edit waits still, or the conflict is there, whole.
      laptop.line.isOpen = false;
      await laptop.starts();
      const found = await conflictOf(laptop, id);
      if (found) assert.deepEqual(found, values(word));
      const { text, notes } = await shown(laptop, id);
      assert.deepEqual([text, notes], [`${word}: mine`, `${word}: notes of mine`]);
      laptop.line.isOpen = true;
      await laptop.command("sync_now");
      assert.deepEqual(await until("the conflict", () => conflictOf(laptop, id)), values(word));

      // And it stands from now on, whatever happens.
      laptop.line.isOpen = false;
      await laptop.isKilled();
      await laptop.starts();
      assert.deepEqual(await conflictOf(laptop, id), values(word));
      await endsWith(laptop, id, `${word}: both`, word);
    }
  } finally {
    await laptop.ends();
  }
});

test("the laptop is killed while a person decides", { timeout: 180_000 }, async () => {
  const laptop = await newLaptop("laptop deciding");
  const seen = { settled: 0, standing: 0 };
  try {
    for (const delay of [0, 1, 2, 3, 4, 6, 8, 12, 24]) {
      const word = `decide ${delay}`;
      const text = `${word}: both`;
      const id = await inConflict(laptop, word);
      laptop.line.isOpen = false;
      const resolution = { kind: "values", fields: { text } };
      const deciding = laptop
        .command("conflict_resolve", { table: TABLE, id, revision: null, resolution })
        .then(
          () => true,
          () => false, // The laptop died before it could say so.
        );
      await pause(delay);
      await laptop.isKilled();
      const isSaid = await deciding;

      await laptop.starts();
      const found = await conflictOf(laptop, id);
      if (found) {
        assert.equal(isSaid, false, "what was said to be saved is saved");
        assert.deepEqual(found, values(word));
        seen.standing += 1;
      } else {
        assert.equal((await shown(laptop, id)).text, text);
        seen.settled += 1;
      }
      await endsWith(laptop, id, text, word);
    }
  } finally {
    await laptop.ends();
  }
  assert.equal(seen.settled + seen.standing, 9);
});

test("the laptop is killed before the push of its decision is answered", {
  timeout: 120_000,
}, async () => {
  const laptop = await newLaptop("laptop sending");
  try {
    for (const moment of ["asked", "answered"]) {
      const word = `send ${moment}`;
      const text = `${word}: both`;
      const id = await inConflict(laptop, word);
      let isDead = false;
      laptop.line[moment] = async (path) => {
        if (isDead || !path.startsWith("/v1/push")) return "go";
        await laptop.isKilled();
        isDead = true;
        return "cut";
      };
      const resolution = { kind: "values", fields: { text } };
      await laptop.command("conflict_resolve", { table: TABLE, id, revision: null, resolution });
      await runsUntil(laptop.command, "sync_push", () => isDead);
      laptop.line[moment] = null;

      laptop.line.isOpen = false;
      await laptop.starts();
      assert.equal(await conflictOf(laptop, id), null, "it was decided");
      assert.equal((await shown(laptop, id)).text, text);
      await endsWith(laptop, id, text, word);
    }
  } finally {
    await laptop.ends();
  }
});
