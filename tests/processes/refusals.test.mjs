// What goes wrong is said in a clear sentence, and nothing is lost by it: a bad schema, a bad file, a wrong address, a
// wrong token, a server that is down, a disk that is full.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { binary } from "../../scripts/lib/paths.mjs";
import { stop, until } from "../../scripts/lib/processes.mjs";
import { addDevice, initServer, startBridge, startServer } from "../../scripts/lib/sample.mjs";
import { allRows, enter } from "./client.mjs";
import { exported } from "./server.mjs";

let folder;
let serverFolder;
let tokenFile;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "landfall-refusals-"));
  serverFolder = join(folder, "server");
  await initServer(serverFolder, "todo");
  tokenFile = join(folder, "laptop.token");
  await addDevice(serverFolder, "laptop", tokenFile);
});

after(() => rm(folder, { recursive: true, force: true }));

/** What the server's command line says to a person; it must end with a bad exit code and without a panic. */
function refusal(...args) {
  const done = spawnSync(binary("landfall-server"), args, {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  assert.notEqual(done.status, 0, "the exit code says that it failed");
  assert.doesNotMatch(done.stderr, /panicked|RUST_BACKTRACE|Error \{/);
  return done.stderr;
}

test("a broken schema file is refused with line and reason", async () => {
  const broken = join(folder, "broken");
  await initServer(broken, "todo");
  await appendFile(join(broken, "landfall.toml"), '\n[[table.column]]\nname = "due"\ntype = "moment"\n');
  const said = refusal("serve", broken, "--listen", "127.0.0.1:0");
  assert.match(said, /landfall\.toml/);
  assert.match(said, /line \d+|:\d+/);
  assert.match(said, /moment/);
});

test("a bad CSV file changes nothing and names the lines", async () => {
  const rows = ["id,text,complete", "a-1,Mow the grass,false", "a-2,,false", "a-3,Paint the tower,perhaps"];
  const csv = join(folder, "bad.csv");
  await writeFile(csv, `${rows.join("\n")}\n`);
  const before = await exported(serverFolder, "todo_items");
  const said = refusal("import", serverFolder, "todo_items", csv);
  assert.match(said, /line 3\b.*text/);
  assert.match(said, /line 4\b.*complete/);
  assert.deepEqual(await exported(serverFolder, "todo_items"), before);
});

test("a wrong address and a wrong token are told apart before connecting (U27, U63)", {
  timeout: 60_000,
}, async () => {
  const server = await startServer(serverFolder);
  const bridge = await startBridge({ data: join(folder, "stranger"), name: "stranger" });
  try {
    const command = await enter(bridge.url);
    const check = async (server_url) =>
      (await command("workspace_check", { server_url })).reachability?.kind ?? "ready";
    assert.equal(await check(server.url), "ready");
    assert.equal(await check("not an address"), "bad_address");
    assert.equal(await check("http://127.0.0.1:9"), "refused");
    assert.equal(await check("http://nowhere.invalid"), "name_not_found");
    assert.equal(await check(bridge.url), "not_landfall");

    const connecting = command("workspace_connect", {
      server_url: server.url,
      token: "wrong",
      device_name: "stranger",
    });
    await assert.rejects(connecting, (error) => error.command?.code === "unauthorized");
    assert.equal((await command("app_state")).workspace, null);
  } finally {
    await stop(bridge.child);
    await stop(server.child);
  }
});

test("a server that is down keeps nobody from working, and gets the edit when it is back (U1, U27)", {
  timeout: 90_000,
}, async () => {
  const data = join(folder, "laptop");
  let server = await startServer(serverFolder);
  const port = new URL(server.url).port;
  const bridge = await startBridge({ data, server: server.url, tokenFile, name: "laptop" });
  try {
    const command = await enter(bridge.url);
    const status = (fits) => until("the status", async () => fits(await command("sync_status")));
    await status((now) => now.last_success !== null && now.state === "idle");
    await stop(server.child);

    const { id } = await command("record_new", { table: "todo_items", copy_of: null });
    await command("record_create", { table: "todo_items", id, fields: { text: "Call the tower" } });
    await command("sync_now");
    await status((now) => now.waiting === 1 && now.reachability?.kind === "refused");

    server = await startServer(serverFolder, { port });
    await command("sync_now");
    await status((now) => now.waiting === 0 && now.state === "idle");
    const rows = await exported(serverFolder, "todo_items");
    assert.equal(rows.filter((row) => row.text === "Call the tower").length, 1);
  } finally {
    await stop(bridge.child);
    await stop(server.child);
  }
});

// A disk of three megabytes in a mount namespace of its own. Some containers forbid mounting.
const smallDisk = (path) => {
  const mount = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"';
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, path];
};
const canMount = spawnSync(smallDisk(tmpdir())[0], [...smallDisk(tmpdir()).slice(1), "true"]).status === 0;

test("a full disk is said so, and what was saved stays readable (U3, U90)", {
  skip: canMount ? false : "this system forbids a test to mount a small disk",
}, async () => {
  const server = await startServer(serverFolder);
  const data = join(folder, "small");
  const token = join(folder, "small.token");
  await addDevice(serverFolder, "tablet", token);
  const bridge = await startBridge({
    data,
    server: server.url,
    tokenFile: token,
    name: "tablet",
    urlFile: join(folder, "small.url"),
    within: smallDisk(data),
  });
  try {
    const command = await enter(bridge.url);
    await until("the first sync", async () => (await command("sync_status")).last_success !== null);
    await command("work_offline_set", { on: true });

    const notes = "full ".repeat(1_500);
    const saved = [];
    const refused = await until("a full disk", async () => {
      try {
        const { id } = await command("record_new", { table: "todo_items", copy_of: null });
        await command("record_create", {
          table: "todo_items",
          id,
          fields: { text: `Item ${saved.length}`, notes },
        });
        saved.push(id);
        return null;
      } catch (error) {
        return error.command;
      }
    });
    assert.equal(refused.code, "storage_full");
    assert.ok(saved.length > 10, `${saved.length} records were saved before`);

    const there = new Set((await allRows(command, "todo_items")).map((row) => row.id));
    assert.deepEqual(
      saved.filter((id) => !there.has(id)),
      [],
      "every saved record is still there",
    );
  } finally {
    await stop(bridge.child);
    await stop(server.child);
  }
});
