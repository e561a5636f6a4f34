// UnifiedPush by a real distributor's server, ntfy, where it is installed: it takes what the server sends, and hands it on
// unchanged.

import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answers, outputOf, start, stop, until } from "../../scripts/lib/processes.mjs";
import { freePort, landfallServer, saves, startWorld } from "./lib/world.mjs";

const SECRET = "Buy milk for Ines";

test("ntfy hands on what was encrypted for the phone", {
  skip: outputOf("ntfy", ["serve", "--help"])
    ? false
    : "ntfy is not installed here (see ntfy.sh for how); web-push.test.mjs checks the same message without it",
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "landfall-ntfy-"));
  const world = await startWorld();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = join(folder, "server.yml");
  await writeFile(settings, `base-url: "${url}"\nlisten-http: "127.0.0.1:${port}"\n`);
  const child = start("ntfy", ["serve", "--config", settings]);
  try {
    await until("ntfy", () => answers(`${url}/v1/health`), { child });
    const keys = createECDH("prime256v1");
    keys.generateKeys();
    const auth = randomBytes(16).toString("base64url");
    const topic = `up${randomBytes(6).toString("hex")}`;
    const channel = { endpoint: `${url}/${topic}?up=1`, p256dh: keys.getPublicKey("base64url"), auth };
    await world.phone("PUT", "installations/phone-631", { platform: "web_push", channel, tags: [] });

    await saves(world.laptop, "t-631", { text: SECRET });
    const [first] = await until("a message at ntfy", async () => {
      const kept = await messagesOf(`${url}/${topic}`);
      return kept.length > 0 && kept;
    });

    // The encrypted bytes are no text: ntfy keeps them as base64.
    assert.equal(first.encoding, "base64");
    const ece = createRequire(import.meta.url)("http_ece");
    const bytes = Buffer.from(first.message, "base64");
    const opened = ece.decrypt(bytes, { version: "aes128gcm", privateKey: keys, authSecret: auth });
    const message = opened.toString("utf8");
    assert.equal(JSON.parse(message).installation, "phone-631");
    assert.ok(!message.includes(SECRET) && !message.includes("t-631"), message);

    const told = await landfallServer("push", "test", world.workspace, "phone");
    assert.match(told.out, /^phone-631: the push service took it/m);
  } finally {
    await stop(child);
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
});

/** What ntfy has of a topic. */
async function messagesOf(topic) {
  const answer = await fetch(`${topic}/json?poll=1`);
  const lines = (await answer.text()).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line)).filter((line) => line.event === "message");
}
