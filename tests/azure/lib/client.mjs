// The real Azure Mobile Apps client (npm azure-mobile-apps-client 2.0.1), unchanged, outside a phone.
//
// It looks for what a Cordova app has: `window`, `cordova.version`, an XMLHttpRequest that knows `withCredentials`,
// and the plugin `sqlitePlugin`. Those four are made here, as small as they can be; the client itself is not touched.

import { createRequire } from "node:module";
import { openDatabase } from "./sqlite-plugin.mjs";
import { Request } from "./xhr.mjs";

const require = createRequire(import.meta.url);

globalThis.window = globalThis;
globalThis.cordova = { version: "9.0.0" };
globalThis.XMLHttpRequest = Request;
globalThis.sqlitePlugin = { openDatabase };

const { MobileServiceClient, MobileServiceSqliteStore, Query } = require("azure-mobile-apps-client");

export { Query };

// A device with the old client: its own file, and its offline tables.
// `columns`: { notes: { text: "string", done: "boolean" } }; the system columns are added.
// `headers`: sent with every request (the old client knows no device token of ours).
export async function oldDevice({ url, file, columns, headers = {} }) {
  const client = new MobileServiceClient(url).withFilter((request, next, callback) => {
    Object.assign(request.headers, headers);
    next(request, callback);
  });
  const store = new MobileServiceSqliteStore(file);
  for (const [name, definitions] of Object.entries(columns)) {
    await store.defineTable({
      name,
      columnDefinitions: {
        id: "string",
        version: "string",
        createdAt: "date",
        updatedAt: "date",
        deleted: "boolean",
        ...definitions,
      },
    });
  }
  const sync = client.getSyncContext();
  await sync.initialize(store);
  return {
    client,
    sync,
    online: (table) => client.getTable(table),
    offline: (table) => client.getSyncTable(table),
    push: () => sync.push(),
    pull: (table, queryId) => sync.pull(new Query(table), queryId),
    close: () => store.close?.(),
  };
}
