// The server has done it, the line breaks, the device never hears so, and asks again. With the original server that ends
// in a conflict of the device with itself, for ever; each story shows that first, and then how it ends with Landfall.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startOriginal, startOurs } from "./lib/servers.mjs";
import { notesOf, pushed, startWorld } from "./lib/world.mjs";

const CUT = ["stopped by 0"];

let original;
let ours;

before(async () => {
  original = await startWorld(startOriginal);
  ours = await startWorld(startOurs);
});

after(async () => {
  await original?.close();
  await ours?.close();
});

/** The first part of a story, with both servers: the device that it is about. */
const both = async (story) => [await story(original), await story(ours)];

test("an insert is sent again: 409 for ever, and made once", async () => {
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    await phone.notes.insert({ id: "insert-1", text: "Mow the grass", done: false });
    phone.line.cutAnswers();
    assert.deepEqual(await pushed(phone), CUT);
    assert.deepEqual(await notesOf(world.server, "insert-"), ["insert-1: Mow the grass"]);
    return phone.restart();
  });

  for (let attempt = 1; attempt <= 3; attempt++) assert.deepEqual(await pushed(stuck), ["insert 409"]);
  const [conflict] = await stuck.push();
  assert.equal(conflict.getServerRecord(), undefined, "nothing to settle it with");
  assert.equal((await stuck.waiting()).length, 1);

  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await phone.waiting(), []);
  const kept = await phone.notes.lookup("insert-1");
  assert.equal(kept.version, (await phone.online.lookup("insert-1")).version);
  assert.deepEqual(await notesOf(ours.server, "insert-"), ["insert-1: Mow the grass"]);
  assert.deepEqual(await ours.server.kinds("insert-1"), ["insert"], "nothing twice");
});

test("an insert is sent again after the person has gone on writing: 409 for ever, and the newer text", async () => {
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    await phone.notes.insert({ id: "writing-1", text: "Paint" });
    phone.line.cutAnswers();
    assert.deepEqual(await pushed(phone), CUT);
    await phone.notes.update({ id: "writing-1", text: "Paint the tower" });
    phone.line.cutAnswers();
    return phone;
  });

  assert.deepEqual(await pushed(stuck), CUT);
  for (let attempt = 1; attempt <= 3; attempt++) assert.deepEqual(await pushed(stuck), ["insert 409"]);
  assert.deepEqual(await notesOf(original.server, "writing-"), ["writing-1: Paint"]);

  assert.deepEqual(await pushed(phone), CUT);
  await phone.notes.update({ id: "writing-1", text: "Paint the tower red" });
  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await phone.waiting(), []);
  assert.deepEqual(await notesOf(ours.server, "writing-"), ["writing-1: Paint the tower red"]);
  assert.equal((await phone.notes.lookup("writing-1")).text, "Paint the tower red");
});

test("an update is sent again: 412 for ever with its own words, and made once", async () => {
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    await phone.online.insert({ id: "update-1", text: "Call" });
    await phone.pull("notes");
    await phone.notes.update({ id: "update-1", text: "Call the tower" });
    phone.line.cutAnswers();
    assert.deepEqual(await pushed(phone), CUT);
    return phone;
  });

  for (let attempt = 1; attempt <= 3; attempt++) assert.deepEqual(await pushed(stuck), ["update 412"]);
  const [conflict] = await stuck.push();
  assert.equal(conflict.getServerRecord().text, conflict.getClientRecord().text);

  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await phone.waiting(), []);
  assert.deepEqual(await ours.server.kinds("update-1"), ["update", "insert"], "nothing twice");
  await phone.notes.update({ id: "update-1", text: "Call the tower at ten" });
  assert.deepEqual(await pushed(phone), [], "and the version for the next change is right");
});

test("a delete is sent again: 404 for ever, which holds up all that wait behind it, and made once", async () => {
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    await phone.online.insert({ id: "delete-1", text: "Sweep" });
    await phone.pull("notes");
    await phone.notes.del({ id: "delete-1" });
    await phone.notes.insert({ id: "delete-2", text: "Behind it" });
    phone.line.cutAnswers();
    assert.deepEqual(await pushed(phone), CUT);
    return phone;
  });

  for (let attempt = 1; attempt <= 3; attempt++) assert.deepEqual(await pushed(stuck), ["stopped by 404"]);
  assert.deepEqual(await notesOf(original.server, "delete-"), [], "what waits behind it never arrives");

  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await phone.waiting(), []);
  assert.deepEqual(await notesOf(ours.server, "delete-"), ["delete-2: Behind it"]);
  assert.deepEqual(await ours.server.kinds("delete-1"), ["delete", "insert"], "nothing twice");
});

test("meanwhile another has changed the note: never seen, and neither change lost", async () => {
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    const tablet = await world.device("tablet");
    await phone.notes.insert({ id: "other-1", text: "Tow the glider" });
    phone.line.cutAnswers();
    assert.deepEqual(await pushed(phone), CUT);
    await tablet.pull("notes");
    await tablet.notes.update({ id: "other-1", text: "Tow the glider home" });
    assert.deepEqual(await pushed(tablet), []);
    return phone;
  });

  assert.deepEqual(await pushed(stuck), ["insert 409"]);
  await stuck.pull("notes");
  assert.equal((await stuck.notes.lookup("other-1")).text, "Tow the glider");

  assert.deepEqual(await pushed(phone), []);
  await phone.pull("notes");
  assert.equal((await phone.notes.lookup("other-1")).text, "Tow the glider home");
  assert.deepEqual(await ours.server.kinds("other-1"), ["update", "insert"]);
});

test("a queue of twelve changes, the first answer to each cut: all of them stuck, and all made once", async () => {
  const ids = Array.from({ length: 12 }, (_, n) => `queue-${String(n).padStart(2, "0")}`);
  const old = ids.filter((_, n) => n % 3 > 0);
  const [stuck, phone] = await both(async (world) => {
    const phone = await world.device("phone");
    for (const id of old) await phone.online.insert({ id, text: "Old" });
    await phone.pull("notes");
    for (const [n, id] of ids.entries()) {
      if (n % 3 === 0) await phone.notes.insert({ id, text: "New" });
      if (n % 3 === 1) await phone.notes.update({ id, text: "Changed" });
      if (n % 3 === 2) await phone.notes.del({ id });
    }
    phone.line.cutEachAnswerOnce();
    for (const _ of ids) await pushed(phone);
    return phone;
  });

  assert.deepEqual(await pushed(stuck), ["stopped by 404"], "it never comes beyond the first delete");
  assert.equal((await stuck.waiting()).length, 12);
  assert.equal((await notesOf(original.server, "queue-")).length, 8, "only the first three have arrived");

  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await phone.waiting(), []);
  const expected = ids.flatMap((id, n) => [[`${id}: New`], [`${id}: Changed`], []][n % 3]);
  assert.deepEqual(await notesOf(ours.server, "queue-"), expected, "nothing lost");
  for (const [n, id] of ids.entries()) {
    const kinds = [["insert"], ["update", "insert"], ["delete", "insert"]][n % 3];
    assert.deepEqual(await ours.server.kinds(id), kinds, `nothing twice: ${id}`);
  }
});

test("the request is lost, not the answer: nothing was done, and it is done at the next push", async () => {
  const phone = await ours.device("phone");
  await phone.notes.insert({ id: "unheard-1", text: "Unheard" });
  phone.line.cutRequests();
  assert.deepEqual(await pushed(phone), CUT);
  assert.deepEqual(await notesOf(ours.server, "unheard-"), []);
  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await notesOf(ours.server, "unheard-"), ["unheard-1: Unheard"]);
});

test("an update that was edited further is a conflict with itself, which the app's usual rule settles", async () => {
  const phone = await ours.device("phone");
  await phone.online.insert({ id: "further-1", text: "One" });
  await phone.pull("notes");
  await phone.notes.update({ id: "further-1", text: "Two" });
  phone.line.cutAnswers();
  assert.deepEqual(await pushed(phone), CUT);
  await phone.notes.update({ id: "further-1", text: "Three" });

  const seen = [];
  const mine = {
    onConflict(conflict) {
      const { text, version } = conflict.getServerRecord();
      seen.push(text);
      return conflict.update({ id: "further-1", text: conflict.getClientRecord().text, version });
    },
  };
  assert.deepEqual(await pushed(phone, mine), []);
  assert.deepEqual(seen, ["Two"]);
  assert.deepEqual(await notesOf(ours.server, "further-"), ["further-1: Three"]);
});

test("a limit of the client: what it deletes before it has heard of its insert stays, and comes back", async () => {
  const phone = await ours.device("phone");
  await phone.notes.insert({ id: "ghost-1", text: "Ghost" });
  phone.line.cutAnswers();
  assert.deepEqual(await pushed(phone), CUT);
  await phone.notes.del({ id: "ghost-1" });
  assert.deepEqual(await phone.waiting(), []);
  assert.deepEqual(await pushed(phone), []);
  await phone.pull("notes");
  await phone.notes.del({ id: "ghost-1" });
  assert.deepEqual(await pushed(phone), []);
  assert.deepEqual(await notesOf(ours.server, "ghost-"), []);
});

test("a pull that breaks off goes on where it was", async () => {
  const phone = await ours.device("phone");
  for (let n = 100; n < 180; n++) await phone.online.insert({ id: `pages-${n}`, text: "Page" });
  const tablet = await ours.device("tablet");
  const pull = () => tablet.pull("notes", { pageSize: 25 });
  let broken = 0;
  for (let done = false; !done; ) {
    // Two pages arrive, the next does not.
    tablet.line.cutAnswers({ after: 2 });
    await pull().then(
      () => {
        done = true;
      },
      () => {
        broken += 1;
      },
    );
    assert.ok(broken < 100, "each attempt comes further");
  }
  assert.ok(broken >= 2, `the line broke ${broken} times`);
  tablet.line.cutAnswers({ count: 0 });
  await pull();
  const there = (await tablet.notes.read()).filter(({ id }) => id.startsWith("pages-"));
  assert.equal(new Set(there.map(({ id }) => id)).size, 80);
  assert.equal(there.length, 80);
});
