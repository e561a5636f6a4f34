// Landfall's app with the server that a team already has: the original Azure Mobile Apps server of npm, which heals
// nothing. The app runs behind a real bridge process and is spoken to as its user interface speaks to it; the phone is the
// old client of npm, on the same notes.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stop, until } from "../../scripts/lib/processes.mjs";
import { startBridge } from "../../scripts/lib/sample.mjs";
import { enter } from "../processes/client.mjs";
import { startLine } from "./lib/line.mjs";
import { startOriginal } from "./lib/servers.mjs";
import { notesOf, pushed, startWorld } from "./lib/world.mjs";

const TABLE = "notes";

let world;
let folder;
let schema;
const opened = [];

before(async () => {
  world = await startWorld(startOriginal);
  folder = await mkdtemp(join(tmpdir(), "landfall-our-app-"));
  schema = await readFile(join(dirname(fileURLToPath(import.meta.url)), "lib", "landfall.toml"), "utf8");
});

after(async () => {
  for (const app of opened) await app.ends();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The app on a device of its own, behind a line of its own, connected to the original server; `meanwhile` happens before
 *  it has an answer. */
async function newApp(name, meanwhile = null) {
  const line = await startLine(world.server.url);
  const app = {
    line,
    async starts() {
      const bridge = await startBridge({ data: join(folder, name), name });
      app.child = bridge.child;
      app.command = await enter(bridge.url);
    },
    async restarts() {
      await stop(app.child);
      await app.starts();
    },
    async ends() {
      await stop(app.child);
      await line.close();
    },
  };
  opened.push(app);
  line.onAnswer(meanwhile);
  await app.starts();
  const state = await app.command("workspace_connect", {
    server_url: line.url,
    token: "",
    device_name: name,
    tables: { schema, sign_in: "none" },
  });
  assert.equal(state.workspace.name, "Notes");
  assert.equal(state.workspace.table_protocol, "v2");
  await synced(app);
  return app;
}

/** Syncs until a run has ended well and nothing waits to be sent; the status then. */
async function synced({ command }) {
  const { last_success: before } = await command("sync_status");
  return until("a run that ends well", async () => {
    await command("sync_now");
    const now = await command("sync_status");
    return now.waiting === 0 && now.last_success > before && now;
  });
}

async function create({ command }, fields) {
  const { id } = await command("record_new", { table: TABLE, copy_of: null });
  await command("record_create", { table: TABLE, id, fields });
  return id;
}

const update = ({ command }, id, patch) => command("record_update", { table: TABLE, id, patch });
const shown = async ({ command }, id) => (await command("record_get", { table: TABLE, id })).fields;
const offline = ({ command }, on) => command("work_offline_set", { on });

test("what was written without a network arrives at the old client, and the other way round", async () => {
  const laptop = await newApp("laptop-plain");
  const phone = await world.device("phone");
  await offline(laptop, true);
  const first = await create(laptop, { text: "plain: mow", done: false, priority: 2.5 });
  const second = await create(laptop, { text: "plain: sweep", done: true });
  await update(laptop, first, { text: "plain: mow the strip" });
  await offline(laptop, false);
  assert.equal((await synced(laptop)).conflicts, 0);

  await phone.pull("notes");
  const there = await phone.notes.lookup(first);
  assert.deepEqual([there.text, there.done, there.priority], ["plain: mow the strip", false, 2.5]);
  await phone.notes.update({ id: second, text: "plain: sweep the apron" });
  await phone.notes.insert({ id: "plain-phone", text: "plain: of the phone", priority: 1 });
  assert.deepEqual(await pushed(phone), []);
  const status = await synced(laptop);
  assert.equal(status.last_received, 2, "only what changed, and once");
  assert.equal((await shown(laptop, second)).text, "plain: sweep the apron");
  assert.equal((await shown(laptop, second)).done, true);
  assert.equal((await shown(laptop, "plain-phone")).priority, 1);
  assert.equal((await synced(laptop)).last_received, 0, "again, and nothing is news");

  await laptop.command("record_delete", { table: TABLE, id: first });
  await phone.notes.del({ id: "plain-phone" });
  assert.deepEqual(await pushed(phone), []);
  await synced(laptop);
  await phone.pull("notes");
  assert.equal((await phone.notes.read()).filter(({ id }) => id === first).length, 0);
  const gone = await laptop.command("record_get", { table: TABLE, id: "plain-phone" });
  assert.equal(gone.deleted, true);
  assert.deepEqual(await notesOf(world.server, second), [`${second}: plain: sweep the apron`]);
});

test("different fields become one, the same field is asked about and decided", async () => {
  const laptop = await newApp("laptop-conflict");
  const phone = await world.device("phone");
  const id = await create(laptop, { text: "both: base", priority: 1 });
  await synced(laptop);
  await phone.pull("notes");
  await offline(laptop, true);
  await update(laptop, id, { text: "both: mine", done: true });
  await phone.notes.update({ id, text: "both: theirs", priority: 7 });
  assert.deepEqual(await pushed(phone), []);
  await offline(laptop, false);
  await laptop.command("sync_now");
  const conflict = await until("the conflict", () =>
    laptop.command("conflict_get", { table: TABLE, id }).catch(() => null),
  );
  assert.deepEqual(
    conflict.fields.map(({ column, base, mine, theirs }) => [column, base, mine, theirs]),
    [["text", "both: base", "both: mine", "both: theirs"]],
  );
  assert.equal((await shown(laptop, id)).priority, 7, "what does not collide is there");

  await laptop.restarts();
  const resolution = { kind: "values", fields: { text: "both: decided" } };
  await laptop.command("conflict_resolve", { table: TABLE, id, revision: null, resolution });
  assert.equal((await synced(laptop)).conflicts, 0);
  await phone.pull("notes");
  const there = await phone.notes.lookup(id);
  assert.deepEqual([there.text, there.done, there.priority], ["both: decided", true, 7]);
});

test("deleted there and edited here is asked about, and mine brings it back", async () => {
  const laptop = await newApp("laptop-back");
  const phone = await world.device("phone");
  const id = await create(laptop, { text: "back: base", priority: 1 });
  await synced(laptop);
  await phone.pull("notes");
  await offline(laptop, true);
  await update(laptop, id, { priority: 5 });
  await phone.notes.del({ id });
  assert.deepEqual(await pushed(phone), []);
  await offline(laptop, false);
  await laptop.command("sync_now");
  await until("the conflict", () => laptop.command("conflict_get", { table: TABLE, id }).catch(() => null));
  const mine = { table: TABLE, id, revision: null, resolution: { kind: "mine" } };
  await laptop.command("conflict_resolve", mine);
  assert.equal((await synced(laptop)).conflicts, 0);
  await phone.pull("notes");
  const there = await phone.notes.lookup(id);
  assert.deepEqual([there.text, there.priority], ["back: base", 5]);
});

test("lost answers are known: nothing is stuck, lost, or made twice", async () => {
  const laptop = await newApp("laptop-lost");
  const changes = {
    insert: (id) => create(laptop, { text: `lost: ${id ?? "made"}` }),
    update: async (id) => (await update(laptop, id, { text: "lost: changed", priority: 3 })).id,
    delete: async (id) => {
      await laptop.command("record_delete", { table: TABLE, id });
      return id;
    },
  };
  let id;
  for (const [name, change] of Object.entries(changes)) {
    await offline(laptop, true);
    id = (await change(id)) ?? id;
    laptop.line.cutEachAnswerOnce();
    await offline(laptop, false);
    const status = await synced(laptop);
    assert.deepEqual([status.conflicts, status.refused, status.waiting], [0, 0, 0], name);
  }
  assert.deepEqual(
    (await notesOf(world.server, id)).length,
    0,
    "made, changed and deleted, each once, whatever was heard of it",
  );
  const story = await laptop.command("record_history", {
    table: TABLE,
    id,
    column: null,
    with_server: false,
  });
  assert.ok(story.entries.length >= 3, JSON.stringify(story));
});

test("more notes than a page, many of one moment, arrive each once, also while others write", async () => {
  const ids = Array.from({ length: 640 }, (_, at) => `page-${String(at).padStart(3, "0")}`);
  await world.server.has(ids.map((id) => ({ id, text: `page: ${id}` })));
  const phone = await world.device("phone");
  let touched = 0;
  const laptop = await newApp("laptop-pages", async () => {
    if (touched >= 5) return;
    touched += 1;
    await phone.online.update({ id: ids[touched * 100], text: `page: touched ${touched}` });
  });
  laptop.line.onAnswer(null);
  await synced(laptop);
  const { total } = await laptop.command("view_open", { table: TABLE });
  assert.equal(total, (await world.server.rows()).length);
  for (let nth = 1; nth <= touched; nth += 1) {
    assert.equal((await shown(laptop, ids[nth * 100])).text, `page: touched ${nth}`);
  }
  assert.equal(touched, 5);
  assert.equal((await synced(laptop)).last_received, 0);
});

test("a schema that does not fit is refused with what to do, and nothing is kept", async () => {
  const bridge = await startBridge({ data: join(folder, "laptop-bad"), name: "laptop-bad" });
  try {
    const command = await enter(bridge.url);
    const connect = (text) =>
      command("workspace_connect", {
        server_url: world.server.url,
        token: "",
        device_name: "laptop-bad",
        tables: { schema: text, sign_in: "none" },
      }).then(
        () => assert.fail("it was taken"),
        (error) => error.command,
      );
    const unread = await connect(schema.replace('type = "real"', 'type = "number"'));
    assert.equal(unread.code, "bad_schema");
    assert.match(unread.message, /^line \d+: /);
    const missing = await connect(schema.replace('name = "notes"', 'name = "remarks"'));
    assert.equal(missing.code, "bad_schema");
    assert.match(missing.message, /no table `remarks`/);
    assert.equal((await command("app_state")).workspace, null);
  } finally {
    await stop(bridge.child);
  }
});
