// The way of docs/MIGRATING.md, with the commands that stand there, from the original Node server and from one of the newer
// kind (ours, which speaks as they do).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { binary, inRoot } from "../../scripts/lib/paths.mjs";
import { stop } from "../../scripts/lib/processes.mjs";
import { startServer } from "../../scripts/lib/sample.mjs";
import { exported } from "../processes/server.mjs";
import { oldDevice } from "./lib/client.mjs";
import { startOriginal, startOurs } from "./lib/servers.mjs";

let folder;
/** The document's commands, in their order. */
let commands;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-migrating-"));
  commands = commandsOf(await readFile(inRoot("docs", "MIGRATING.md"), "utf8"));
});

after(() => rm(folder, { recursive: true, force: true }));

const COUNT = 130;

test("from the original Node server: infer, import, again, cut over; the old app goes on", async () => {
  const original = await startOriginal(join(folder, "original"));
  const team = join(folder, "node");
  let served;
  try {
    const ask = asker(original.url, {});
    for (let n = 0; n < COUNT; n++) await ask("POST", "", noteOf(n));
    await ask("DELETE", "/note-003");
    const { says, records } = newTeam(team, original.url, {});

    assert.match(says(find("schema infer")), /^Next: go through/);
    const schema = await readFile(join(team, "my.toml"), "utf8");
    assert.match(schema, /name = "done"\ntype = "boolean"/);
    assert.match(schema, /name = "priority"\ntype = "(integer|real)"/);
    says(find("schema check"));
    says(find("init"));
    assert.match(says(find("import")), new RegExp(`${COUNT - 1} new.*; ${COUNT - 1} records are here`));
    assert.deepEqual(await live(records), await live(() => original.rows()));

    // A day goes by on the old server.
    await ask("PATCH", "/note-005", { text: "Changed there" });
    await ask("DELETE", "/note-006");
    await ask("POST", "", { id: "note-late", text: "Made there", done: true, priority: 1 });
    assert.match(says(find("import")), / 1 new, 1 changed, 1 deleted, /);
    assert.match(says(find("--again")), / 0 new, 0 changed, 0 deleted, /);
    assert.deepEqual(await live(records), await live(() => original.rows()));

    const token = says(find("device add")).trim().split("\n").at(-1);
    assert.ok(find("serve"));
    served = await startServer(join(team, "records"));
    const phone = await oldDevice({ url: served.url, file: join(team, "phone.sqlite"), token });
    await phone.pull();
    const here = await phone.notes.read();
    assert.equal(here.length, COUNT - 1);
    assert.equal(here.find(({ id }) => id === "note-005").text, "Changed there");
    await phone.close();
  } finally {
    await stop(served?.child);
    await original.close();
  }
});

test("from a server of the newer kind, which asks for a token", async () => {
  const newer = await startOurs(join(folder, "newer"));
  try {
    const token = await newer.token("mover");
    const ask = asker(newer.url, { "x-zumo-auth": token });
    for (let n = 0; n < COUNT; n++) await ask("POST", "", noteOf(n));
    await ask("DELETE", "/note-003");
    const { says, records, refused } = newTeam(join(folder, "datasync"), newer.url, {});
    assert.match(refused(find("schema infer")), /does not accept this sign-in \(status 401\)/);

    const team = newTeam(join(folder, "datasync"), newer.url, { LANDFALL_FROM_BEARER: token });
    for (const part of ["schema infer", "schema check", "init"]) team.says(find(part));
    assert.match(team.says(find("import")), new RegExp(`${COUNT - 1} new.*; ${COUNT - 1} records are here`));
    assert.deepEqual(await live(records), await live(newer.rows));
    assert.match(team.says(find("--again")), / 0 new, 0 changed, 0 deleted, /);
    assert.ok(says(find("device add")));
  } finally {
    await newer.close();
  }
});

const noteOf = (n) => ({
  id: `note-${String(n).padStart(3, "0")}`,
  text: `Look at light ${n}, "north" end`,
  done: n % 3 === 0,
  priority: n / 2,
});

/** What a note says, by its id, without what each server has for itself. */
async function live(rows) {
  const all = (await rows()).filter((row) => !row.deleted);
  return all.map(({ id, text, done, priority }) => `${id} ${text} ${done} ${priority}`).sort();
}

function asker(url, headers) {
  return async (method, path, body) => {
    const answer = await fetch(`${url}/tables/notes${path}`, {
      method,
      headers: { "zumo-api-version": "2.0.0", "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
}

/** The commands in the document's shell blocks. */
function commandsOf(document) {
  const blocks = [...document.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block]) => block);
  return blocks.flatMap((block) => block.trim().split("\n")).map((line) => line.trim());
}

function find(part) {
  const command = commands.find((line) => line.startsWith("landfall-server") && line.includes(part));
  assert.ok(command, `docs/MIGRATING.md has no command with ${part}`);
  return command;
}

/** A folder in which the document's commands are run, its own names in place of the document's. */
function newTeam(path, url, env) {
  const dir = join(path, "records");
  const ran = (command) => {
    const here = command.replaceAll("https://old.example.org", url).replaceAll("/srv/records", "records");
    spawnSync("mkdir", ["-p", path]);
    const PATH = `${dirname(binary("landfall-server"))}${delimiter}${process.env.PATH}`;
    return spawnSync("sh", ["-c", here], {
      cwd: path,
      encoding: "utf8",
      env: { ...process.env, ...env, PATH },
    });
  };
  return {
    says(command) {
      const { status, stdout, stderr } = ran(command);
      assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
      return stdout;
    },
    refused(command) {
      const { status, stderr } = ran(command);
      assert.notEqual(status, 0);
      return stderr;
    },
    records: () => exported(dir, "notes"),
  };
}
