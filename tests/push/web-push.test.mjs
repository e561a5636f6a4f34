// Web Push to a stand-in that others wrote (npm: web-push-testing). It checks the token and its key, decrypts as a browser
// does, and answers 400 to what a push service would not take.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start, stop, until } from "../../scripts/lib/processes.mjs";
import { standIn } from "./lib/install.mjs";
import { freePort, landfallServer, saves, startWorld } from "./lib/world.mjs";

const SECRET = "Buy milk for Ines";

let world;
let service;

before(async () => {
  world = await startWorld();
  service = await startService();
});

after(async () => {
  await stop(service?.child);
  await world?.close();
});

async function startService() {
  const port = await freePort();
  const child = start(process.execPath, [standIn, String(port)]);
  await until("the stand-in", () => child.output.includes("Server running"), { child });
  const url = `http://localhost:${port}`;
  const post = async (path, body) => {
    const answer = await fetch(`${url}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
    return text.startsWith("{") ? JSON.parse(text).data : text;
  };
  return { child, post };
}

/** The phone subscribes at the push service for this server's key, as a browser does, and tells the server. */
async function subscribes(id) {
  const { vapid_public_key } = await world.phone("GET", "installations");
  assert.ok(world.said.includes(vapid_public_key), world.said);
  const { endpoint, keys, clientHash } = await service.post("subscribe", {
    userVisibleOnly: "true",
    applicationServerKey: vapid_public_key,
  });
  const channel = { endpoint, p256dh: keys.p256dh, auth: keys.auth };
  await world.phone("PUT", `installations/${id}`, { platform: "web_push", channel, tags: [] });
  return clientHash;
}

/** What the service has decrypted for this subscription, once it is so much. */
function messages(subscription, count) {
  return until(`${count} messages at the push service`, async () => {
    const { messages } = await service.post("get-notifications", { clientHash: subscription });
    return messages.length >= count && messages;
  });
}

test("a change of another device arrives, decrypted, and tells nothing of the record", async () => {
  const phone = await subscribes("phone-601");
  await saves(world.laptop, "t-601", { text: SECRET, notes: "The red one" });

  const [message] = await messages(phone, 1);

  const { installation, seq, tables } = JSON.parse(message);
  assert.equal(installation, "phone-601");
  assert.deepEqual(tables, ["todo_items"]);
  assert.ok(seq > 0);
  for (const told of [SECRET, "The red one", "laptop", "t-601"])
    assert.ok(!message.includes(told), `${message} tells ${told}`);
  const health = await world.phone("GET", "installations/phone-601");
  assert.equal(health.failures, 0);
  assert.ok(health.last_accepted_at);
});

test("`push test` sends one, and says what the service answered", async () => {
  const phone = await subscribes("phone-611");
  const told = await landfallServer("push", "test", world.workspace, "phone");
  assert.equal(told.code, 0, told.err);
  assert.match(told.out, /^phone-611: the push service took it \(201\)$/m);
  const [message] = await messages(phone, 1);
  assert.equal(JSON.parse(message).test, true);
});

test("a subscription that has expired is forgotten, and a new one hears what comes", async () => {
  const old = await subscribes("phone-621");
  await service.post(`expire-subscription/${old}`);
  await saves(world.laptop, "t-621", { text: SECRET });
  const isDead = async () => (await world.phone("GET", "installations/phone-621")).dead;
  await until("the server to forget the subscription", isDead);

  const told = await landfallServer("push", "test", world.workspace, "phone");
  assert.equal(told.code, 1, told.out);
  assert.match(told.out, /^phone-621: not sent: .*gone/m);

  const fresh = await subscribes("phone-621");
  await saves(world.laptop, "t-622", { text: SECRET });
  const [message] = await messages(fresh, 1);
  assert.equal(JSON.parse(message).installation, "phone-621");
  const { messages: late } = await service.post("get-notifications", { clientHash: old });
  assert.deepEqual(late, []);
});
