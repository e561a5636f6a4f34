// The real client behind a real bridge process, spoken to as the user interface speaks to it.

import assert from "node:assert/strict";

/** Exchanges the one-time address for a cookie; answers a function that calls commands. */
export async function enter(url) {
  const answer = await fetch(url, { redirect: "manual" });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  assert.notEqual(cookie, "", `the bridge gave a cookie (status ${answer.status})`);
  const { origin } = new URL(url);

  return async function command(name, args = {}) {
    const reply = await fetch(`${origin}/bridge/command/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie, origin },
      body: JSON.stringify(args),
    });
    const body = await reply.json();
    if (!reply.ok) throw Object.assign(new Error(`${name}: ${JSON.stringify(body)}`), { command: body });
    return body;
  };
}

/** Every row of a view that shows the whole table, by position. */
export async function allRows(command, table) {
  const { view, total } = await command("view_open", { table });
  const rows = [];
  while (rows.length < total) {
    const page = await command("view_rows", { view, start: rows.length, count: 500 });
    assert.ok(page.rows.length > 0, "a view has as many rows as it says");
    rows.push(...page.rows);
  }
  await command("view_close", { view });
  return rows;
}
