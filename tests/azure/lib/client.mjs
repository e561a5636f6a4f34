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

const columns = {
  id: "string",
  version: "string",
  createdAt: "date",
  updatedAt: "date",
  deleted: "boolean",
  text: "string",
  done: "boolean",
  priority: "real",
};

/**
 * A device with the old client: its own file, and the table `notes` online and offline. The token stands where that of
 * the old service's sign-in stood. `waiting()` are the changes that its queue still has.
 */
export async function oldDevice({ url, file, token }) {
  const client = new MobileServiceClient(url);
  if (token) client.currentUser = { userId: "ada", mobileServiceAuthenticationToken: token };
  const store = new MobileServiceSqliteStore(file);
  await store.defineTable({ name: "notes", columnDefinitions: columns });
  const sync = client.getSyncContext();
  await sync.initialize(store);
  return {
    client,
    online: client.getTable("notes"),
    notes: client.getSyncTable("notes"),
    push(pushHandler) {
      sync.pushHandler = pushHandler;
      return sync.push();
    },
    pull: (queryId, settings) => sync.pull(new Query("notes"), queryId, settings),
    waiting: () => store.read(new Query("__operations").orderBy("id")),
    close: () => store.close(),
  };
}
