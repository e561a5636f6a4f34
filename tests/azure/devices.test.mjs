// Old clients and Landfall's own devices work on the same notes: what one does, the other gets.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { startOurs } from "./lib/servers.mjs";
import { pushed, startWorld } from "./lib/world.mjs";

let world;

before(async () => {
  world = await startWorld(startOurs);
});

after(() => world?.close());

/** A device that speaks Landfall's own protocol: it pulls from where it was, and pushes. */
async function landfallDevice(name) {
  const headers = {
    authorization: `Bearer ${await world.server.token(name)}`,
    "landfall-protocol": "1",
    "content-type": "application/json",
  };
  const records = new Map();
  let cursor = "";
  return {
    records,
    async pull() {
      const answer = await fetch(`${world.server.url}/v1/pull?cursor=${cursor}`, { headers });
      assert.equal(answer.status, 200);
      for (const line of (await answer.text()).split("\n").filter(Boolean)) {
        const page = JSON.parse(line);
        for (const record of page.records?.notes ?? []) records.set(record.id, record);
        cursor = page.cursor;
      }
    },
    async push(op) {
      const ops = [{ op_id: randomUUID(), table: "notes", edited_at: Date.now(), ...op }];
      const answer = await fetch(`${world.server.url}/v1/push`, {
        method: "POST",
        headers,
        body: JSON.stringify({ ops }),
      });
      assert.equal(answer.status, 200);
      const { results } = await answer.json();
      return results[0];
    },
  };
}

test("what the old client does arrives at a device", async () => {
  const phone = await world.device("phone");
  const laptop = await landfallDevice("laptop");
  await phone.notes.insert({ id: "to-device-1", text: "Mow", done: false, priority: 1.5 });
  await phone.notes.insert({ id: "to-device-2", text: "Sweep" });
  assert.deepEqual(await pushed(phone), []);
  await laptop.pull();
  const made = laptop.records.get("to-device-1");
  assert.deepEqual(made.fields, { text: "Mow", done: false, priority: 1.5 });
  assert.equal(made.changed_by, "phone");

  await phone.notes.update({ id: "to-device-1", text: "Mow the strip" });
  await phone.notes.del({ id: "to-device-2" });
  assert.deepEqual(await pushed(phone), []);
  await laptop.pull();
  assert.equal(laptop.records.get("to-device-1").fields.text, "Mow the strip");
  assert.equal(laptop.records.get("to-device-2").deleted, true);
});

test("what a device does arrives at the old client", async () => {
  const phone = await world.device("phone");
  const laptop = await landfallDevice("laptop");
  await phone.pull("notes");
  for (const id of ["to-old-1", "to-old-2"]) {
    const made = await laptop.push({ id, kind: "insert", fields: { text: "From the laptop", done: true } });
    assert.equal(made.outcome, "applied");
  }
  await phone.pull("notes");
  const there = await phone.notes.lookup("to-old-1");
  assert.equal(there.text, "From the laptop");
  assert.equal(there.done, true);

  await laptop.pull();
  const base = (id) => laptop.records.get(id).version;
  const change = { id: "to-old-1", kind: "update", base_version: base("to-old-1"), fields: { done: false } };
  assert.equal((await laptop.push(change)).outcome, "applied");
  const gone = { id: "to-old-2", kind: "delete", base_version: base("to-old-2") };
  assert.equal((await laptop.push(gone)).outcome, "applied");
  await phone.pull("notes");
  assert.equal((await phone.notes.lookup("to-old-1")).done, false);
  assert.deepEqual(
    (await phone.notes.read()).filter(({ id }) => id === "to-old-2"),
    [],
  );
});

test("both change one note: a conflict at whoever comes second", async () => {
  const phone = await world.device("phone");
  const laptop = await landfallDevice("laptop");
  await phone.online.insert({ id: "both-1", text: "Before" });
  await phone.online.insert({ id: "both-2", text: "Before" });
  await phone.pull("notes");
  await laptop.pull();
  const byLaptop = (id) => ({
    id,
    kind: "update",
    base_version: laptop.records.get(id).version,
    fields: { text: "The laptop's" },
  });

  await phone.notes.update({ id: "both-1", text: "The phone's" });
  assert.deepEqual(await pushed(phone), []);
  const second = await laptop.push(byLaptop("both-1"));
  assert.equal(second.outcome, "conflict");
  assert.match(JSON.stringify(second), /The phone's/);

  assert.equal((await laptop.push(byLaptop("both-2"))).outcome, "applied");
  await phone.notes.update({ id: "both-2", text: "The phone's" });
  const [conflict] = await phone.push();
  assert.equal(conflict.getError().request.status, 412);
  assert.equal(conflict.getServerRecord().text, "The laptop's");
});
