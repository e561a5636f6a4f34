// How fast the old protocol is answered by Landfall's server and by the one that it was made for (npm azure-mobile-apps
// 4.0.2 with its SQLite provider), in one run on one machine: the same requests, in turns, each to a server that rests
// otherwise. A benchmark for a person to read, not a test: `node tests/azure/side-by-side.mjs [--release]`.
//
// Inserting goes on for a fixed time, since the two are far apart; reading is 10,000 records in pages of 1,000, the most
// that both give. Each number is the median of three rounds.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../../scripts/lib/paths.mjs";
import { mustRun } from "../../scripts/lib/processes.mjs";
import { heading, main, Problem, say } from "../../scripts/lib/say.mjs";
import { installAzure } from "./lib/install.mjs";

const ROUNDS = 3;
const SECONDS = 4;
const RECORDS = 10_000;
const PAGE = 1_000;
const text = "Windsock at the north end is torn; the tower asks for a new one before the fly-in. ".repeat(2);

if (process.argv.includes("--release")) process.env.LANDFALL_BUILD = "release";

await main(async () => {
  await installAzure();
  // After `installAzure`: it needs what that installs.
  const { startOriginal, startOurs } = await import("./lib/servers.mjs");
  const folder = await mkdtemp(join(tmpdir(), "landfall-side-by-side-"));
  const open = [];
  try {
    const ours = await startOurs(join(folder, "ours"));
    open.push(ours);
    const original = await startOriginal(join(folder, "original"));
    open.push(original);
    await fillOurs(join(folder, "ours"), join(folder, "notes.csv"));
    await fillOriginal(original.url, join(folder, "original.sqlite"));

    const sides = { ours: await side(ours), original: await side(original) };
    const build = process.env.LANDFALL_BUILD ?? "debug";
    heading(
      `Landfall (${build} build) beside azure-mobile-apps 4.0.2, medians of ${ROUNDS}, records a second`,
    );
    // First, while both have the same records: inserting leaves many more with the faster one.
    await compare(`list ${RECORDS.toLocaleString("en")}`, sides, listed);
    await compare("insert, one by one", sides, (one) => inserted(one, 1));
    await compare("insert, 8 connections", sides, (one) => inserted(one, 8));
  } finally {
    for (const server of open) await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function side(server) {
  const token = await server.token("bench");
  const headers = { "zumo-api-version": "2.0.0", ...(token && { "x-zumo-auth": token }) };
  return { url: server.url, headers, agent: new http.Agent({ keepAlive: true, maxSockets: 8 }) };
}

async function compare(name, { ours, original }, measure) {
  const rates = { ours: [], original: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.original.push(await measure(original));
    rates.ours.push(await measure(ours));
  }
  const [a, b] = [median(rates.ours), median(rates.original)];
  const shown = (rate) => Math.round(rate).toLocaleString("en").padStart(9);
  say(`${name.padEnd(22)} Landfall ${shown(a)}   original ${shown(b)}   ${(a / b).toFixed(1)} times as fast`);
}

/** Inserts a second over so many connections, each waiting for its answer before it asks again. */
async function inserted(one, connections) {
  const began = performance.now();
  const isOver = () => performance.now() - began > SECONDS * 1000;
  let done = 0;
  const work = async () => {
    while (!isOver()) {
      const { status, body } = await ask(one, "POST", "/tables/notes", {
        id: randomUUID(),
        text,
        done: false,
      });
      if (status !== 201) throw new Problem(`An insert was answered by ${status}: ${body}`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return (done * 1000) / (performance.now() - began);
}

/**
 * Records a second in reading the table's first ten thousand, page by page as the old clients do. What came is looked at
 * when the time was taken: making sense of it is the client's work, and as long for both.
 */
async function listed(one) {
  const began = performance.now();
  const pages = [];
  for (let skip = 0; skip < RECORDS; skip += PAGE) {
    pages.push(await ask(one, "GET", `/tables/notes?$orderby=id&$skip=${skip}&$top=${PAGE}`));
  }
  const took = performance.now() - began;
  for (const { body } of pages) {
    const rows = JSON.parse(body);
    if (rows.length !== PAGE) throw new Problem(`A page had ${rows.length} records: ${body.slice(0, 200)}`);
  }
  return (RECORDS * 1000) / took;
}

function ask({ url, headers, agent }, method, path, value) {
  const body = value && JSON.stringify(value);
  const sent = body
    ? { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    : headers;
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, agent, headers: sent }, async (answer) => {
      const parts = await answer.toArray().catch(reject);
      resolve({ status: answer.statusCode, body: String(Buffer.concat(parts ?? [])) });
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function fillOurs(folder, csv) {
  const lines = Array.from({ length: RECORDS }, (_, n) => `${idOf(n)},"${text}",false,1`);
  await writeFile(csv, `id,text,done,priority\n${lines.join("\n")}\n`);
  await mustRun(
    binary("landfall-server"),
    ["import", folder, "notes", csv],
    "The records could not be imported",
  );
}

/** Straight into its file: by requests it would take minutes. */
async function fillOriginal(url, file) {
  const answer = await fetch(`${url}/tables/notes`);
  if (!answer.ok) throw new Problem(`The original server has no table: ${answer.status}`);
  const sqlite3 = createRequire(import.meta.url)("sqlite3");
  const database = new sqlite3.Database(file);
  const run = (sql, ...values) =>
    new Promise((resolve, reject) =>
      database.run(sql, values, (error) => (error ? reject(error) : resolve())),
    );
  await run(
    `WITH RECURSIVE n (at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM n WHERE at < ? - 1)
     INSERT INTO notes (id, text, done, priority) SELECT printf('a-%05d', at), ?, 0, 1 FROM n`,
    RECORDS,
    text,
  );
  await new Promise((resolve) => database.close(resolve));
}

function idOf(n) {
  return `a-${String(n).padStart(5, "0")}`;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
