// The real old client, unchanged, at home with Landfall's server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Query } from "./lib/client.mjs";
import { startOurs } from "./lib/servers.mjs";
import { notesOf, pushed, startWorld } from "./lib/world.mjs";

let world;

before(async () => {
  world = await startWorld(startOurs);
});

after(() => world?.close());

const status = (wanted) => (error) => error.request.status === wanted;
const idsOf = (rows) => rows.map(({ id }) => id);

test("online: insert, lookup, update, refresh, delete, undelete", async () => {
  const { online, client } = await world.device("phone");
  const made = await online.insert({
    id: "online-1",
    text: "Check the windsock",
    done: false,
    priority: 2.5,
  });
  assert.equal(made.text, "Check the windsock");
  assert.ok(made.version && made.createdAt instanceof Date && made.updatedAt instanceof Date);
  assert.equal(made.deleted, false);
  assert.deepEqual(await online.lookup("online-1"), made);

  const changed = await online.update({ ...made, done: true });
  assert.equal(changed.done, true);
  assert.equal(changed.priority, 2.5);
  assert.ok(changed.updatedAt > made.updatedAt);
  assert.notEqual(changed.version, made.version);
  assert.deepEqual(await online.refresh({ id: "online-1" }), changed);

  await assert.rejects(async () => online.del({ id: "online-1", version: made.version }), status(412));
  await online.del(changed);
  await assert.rejects(async () => online.lookup("online-1"), status(404));
  // This client has no word for it; its apps call the address.
  const { url } = world.server;
  const { result } = await client.invokeApi(`${url}/tables/notes/online-1`, { method: "POST" });
  assert.equal(result.deleted, false);
  assert.equal((await online.lookup("online-1")).text, "Check the windsock");

  const named = await online.insert({ text: "No id of its own" });
  assert.equal((await online.lookup(named.id)).text, "No id of its own");
});

test("online: an insert that is no repetition is 409, and a bad one says what is wrong", async () => {
  const phone = await world.device("phone");
  const tablet = await world.device("tablet");
  await tablet.online.insert({ id: "taken-1", text: "The tablet's" });
  await assert.rejects(
    async () => phone.online.insert({ id: "taken-1", text: "The phone's" }),
    (error) => {
      assert.equal(error.request.status, 409);
      assert.equal(JSON.parse(error.request.responseText).text, "The tablet's", "the stored record");
      return true;
    },
  );
  await assert.rejects(
    async () => phone.online.insert({ id: "taken-2", colour: "red" }),
    /no column `colour`/,
  );
  await assert.rejects(
    async () => phone.online.insert({ id: "taken-2", text: "x".repeat(201) }),
    status(400),
  );
});

test("online: without a token nothing is told", async () => {
  const { client } = await world.device("phone");
  client.currentUser = null;
  await assert.rejects(async () => client.getTable("notes").read(), status(401));
});

test("queries: where, order, skip, take, count, select", async () => {
  const { online } = await world.device("phone");
  const words = ["Ada's hangar", "beacon", "Cable", "drain", "Ångström", "fence", "gate", "Hut"];
  for (const [n, text] of words.entries()) {
    await online.insert({ id: `query-${n + 1}`, text, done: n % 2 === 0, priority: n % 4 });
  }
  const mine = () =>
    online.where(function () {
      return this.id.indexOf("query-") === 0;
    });

  const all = await mine().orderBy("id").read();
  assert.deepEqual(
    idsOf(all),
    words.map((_, n) => `query-${n + 1}`),
  );

  const page = await mine()
    .orderByDescending("priority")
    .orderBy("text")
    .skip(1)
    .take(3)
    .includeTotalCount()
    .read();
  assert.deepEqual(idsOf(page), ["query-4", "query-3", "query-7"]);
  assert.equal(page.totalCount, 8);

  assert.deepEqual(idsOf(await online.where({ text: "Ada's hangar" }).read()), ["query-1"]);
  assert.deepEqual(idsOf(await online.where({ text: "Ångström", done: true }).read()), ["query-5"]);
  const urgent = function (least) {
    return this.done === false && this.priority >= least;
  };
  assert.deepEqual(idsOf(await mine().where(urgent, 2).orderBy("id").read()), ["query-4", "query-8"]);
  const written = function () {
    return (
      this.text.toLowerCase().substring(0, 1) === "c" || this.text.length === 3 || this.text.trim() === "gate"
    );
  };
  assert.deepEqual(idsOf(await mine().where(written).orderBy("id").read()), [
    "query-3",
    "query-7",
    "query-8",
  ]);
  const [{ createdAt }] = await online.where({ id: "query-8" }).read();
  const since = function (then) {
    return this.createdAt >= then && this.createdAt.getFullYear() > 2000;
  };
  assert.deepEqual(idsOf(await mine().where(since, createdAt).read()), ["query-8"]);

  const [narrow] = await online.where({ id: "query-2" }).select("id", "text").read();
  assert.deepEqual(narrow, { id: "query-2", text: "beacon" });
  await assert.rejects(async () => online.where({ colour: "red" }).read(), /`colour`/);
});

test("offline: changes wait, are pushed in order, and come back with their versions", async () => {
  const phone = await world.device("phone");
  const { notes } = phone;
  await notes.insert({ id: "offline-1", text: "One" });
  await notes.insert({ id: "offline-2", text: "Two" });
  await notes.insert({ id: "offline-3", text: "Three", done: true, priority: 1 });
  await notes.update({ id: "offline-2", text: "Two, changed" });
  assert.equal((await phone.waiting()).length, 3);
  assert.deepEqual(await notesOf(world.server, "offline-"), []);

  const restarted = await phone.restart();
  assert.deepEqual(await pushed(restarted), []);
  assert.deepEqual(await restarted.waiting(), []);
  await restarted.notes.update({ id: "offline-1", text: "One, changed" });
  await restarted.notes.del({ id: "offline-3" });
  assert.deepEqual(await pushed(restarted), []);
  assert.deepEqual(await notesOf(world.server, "offline-"), [
    "offline-1: One, changed",
    "offline-2: Two, changed",
  ]);
  assert.deepEqual(await world.server.kinds("offline-3"), ["delete", "insert"]);
});

test("offline: a conflict is told with the server's record, waits, and is settled by the app", async () => {
  const phone = await world.device("phone");
  const tablet = await world.device("tablet");
  for (const id of ["conflict-1", "conflict-2", "conflict-3"])
    await tablet.online.insert({ id, text: "Before" });
  await phone.pull("notes");
  for (const id of ["conflict-1", "conflict-2", "conflict-3"]) {
    await tablet.online.update({ id, text: "The tablet's" });
    if (id !== "conflict-3") await phone.notes.update({ id, text: "The phone's" });
  }
  await phone.notes.del({ id: "conflict-3" });

  assert.deepEqual(await pushed(phone), ["update 412", "update 412", "delete 412"]);
  assert.equal((await phone.waiting()).length, 3);

  const settle = {
    onConflict(conflict) {
      const server = conflict.getServerRecord();
      assert.equal(server.text, "The tablet's");
      if (server.id === "conflict-1") {
        return conflict.update({
          id: server.id,
          text: conflict.getClientRecord().text,
          version: server.version,
        });
      }
      if (server.id === "conflict-2") {
        return conflict.cancelAndUpdate({ id: server.id, text: server.text, version: server.version });
      }
      return conflict.changeAction("delete", { id: server.id, version: server.version });
    },
  };
  assert.deepEqual(await pushed(phone, settle), []);
  assert.deepEqual(await phone.waiting(), []);
  assert.deepEqual(await notesOf(world.server, "conflict-"), [
    "conflict-1: The phone's",
    "conflict-2: The tablet's",
  ]);
  assert.equal((await phone.notes.lookup("conflict-2")).text, "The tablet's");
});

test("offline: an incremental pull over several pages, and then only what is new", async () => {
  const phone = await world.device("phone");
  const tablet = await world.device("tablet");
  for (let n = 100; n < 220; n++) await phone.online.insert({ id: `pull-${n}`, text: `Note ${n}` });
  const local = async () => {
    const rows = await tablet.notes.read(new Query("notes").orderBy("id"));
    return rows.filter(({ id }) => id.startsWith("pull-"));
  };
  await tablet.pull("notes");
  assert.deepEqual(
    (await local()).map(({ text }) => text),
    Array.from({ length: 120 }, (_, n) => `Note ${n + 100}`),
  );

  await phone.online.update({ id: "pull-150", text: "Changed" });
  await phone.online.del({ id: "pull-101" });
  await phone.online.insert({ id: "pull-220", text: "New" });
  const questions = tablet.line.questions();
  await tablet.pull("notes");
  assert.ok(tablet.line.questions() - questions <= 4, "not the whole table again");
  const now = new Map((await local()).map(({ id, text }) => [id, text]));
  assert.equal(now.size, 120);
  assert.equal(now.get("pull-150"), "Changed");
  assert.equal(now.get("pull-220"), "New");
  assert.equal(now.has("pull-101"), false);
});

test("offline: what changes while pages are pulled is missed by nobody", async () => {
  const phone = await world.device("phone");
  const tablet = await world.device("tablet");
  const ids = Array.from({ length: 60 }, (_, n) => `moving-${n + 10}`);
  for (const id of ids) await phone.online.insert({ id, text: "Before" });
  let at = 0;
  tablet.line.onAnswer(async () => {
    const id = ids[at++];
    if (id) await phone.online.update({ id, text: "While it pulled" });
  });
  await tablet.pull("moving", { pageSize: 7 });
  tablet.line.onAnswer(null);
  await tablet.pull("moving", { pageSize: 7 });

  const rows = await phone.online.where({ text: "While it pulled" }).includeTotalCount().take(1).read();
  assert.ok(rows.totalCount >= 8, `${rows.totalCount} changed meanwhile`);
  const there = (await tablet.notes.read()).filter(({ id }) => id.startsWith("moving-"));
  assert.equal(there.length, 60);
  assert.equal(there.filter(({ text }) => text === "While it pulled").length, rows.totalCount);
});

test("queries: the next page's address, which led nowhere with the original server", async () => {
  const { online } = await world.device("phone");
  for (let n = 100; n < 230; n++) await online.insert({ id: `link-${n}`, text: "Linked" });
  const seen = [];
  let pages = 0;
  for (let page = await online.where({ text: "Linked" }).orderBy("id").read(); ; pages++) {
    seen.push(...idsOf(page));
    if (!page.nextLink) break;
    page = await online.read(page.nextLink);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 130 }, (_, n) => `link-${n + 100}`),
  );
  assert.equal(pages, 2, "of 50 each");
});
