// The part of the Cordova plugin `sqlitePlugin` that the old client uses, over npm's sqlite3.
//
// A transaction runs its statements one after the other; each may add more in its callback. It ends when none is left:
// with a commit, or, after the first that fails and says so, with a rollback. Transactions queue behind each other.

import sqlite3 from "sqlite3";

export function openDatabase({ name }, opened, failed) {
  const database = new sqlite3.Database(name, (error) => (error ? failed?.(error) : opened?.(plugin)));
  const run = (sql, params = []) =>
    new Promise((resolve, reject) =>
      database.all(sql, params, (error, rows) => (error ? reject(error) : resolve(result(rows)))),
    );
  let last = Promise.resolve();
  const queued = (task) => {
    const next = last.then(task, task);
    last = next.catch(() => {});
    return next;
  };

  // The client begins a transaction for each row; no story cuts the power.
  queued(() => run("PRAGMA synchronous = OFF"));

  const plugin = {
    executeSql(sql, params, done, fail) {
      queued(() => run(sql, params)).then(done, fail);
    },
    transaction(fill, fail, done) {
      queued(() => transaction(run, fill)).then(() => done?.(), fail);
    },
    close(done, fail) {
      queued(() => new Promise((resolve, reject) => database.close((e) => (e ? reject(e) : resolve())))).then(
        done,
        fail,
      );
    },
  };
  return plugin;
}

async function transaction(run, fill) {
  const waiting = [];
  const add = { executeSql: (sql, params, done, fail) => waiting.push({ sql, params, done, fail }) };
  await run("BEGIN");
  try {
    fill(add);
    while (waiting.length > 0) {
      const { sql, params, done, fail } = waiting.shift();
      const answer = await run(sql, params).catch((error) => {
        // The plugin goes on only if the callback says that it is no failure.
        if (fail?.(add, error) !== false) throw error;
      });
      if (answer) done?.(add, answer);
    }
    await run("COMMIT");
  } catch (error) {
    await run("ROLLBACK");
    throw error;
  }
}

function result(rows) {
  return { rows: { length: rows.length, item: (n) => rows[n] }, rowsAffected: 0 };
}
