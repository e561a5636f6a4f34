// The app's places. A feature adds its route file to the list below.
import { createRouter } from "@tanstack/react-router";
import { history } from "./history";
import { conflictRoute, conflictsRoute, mergedRoute } from "./routes/conflicts";
import { connectRoute } from "./routes/connect";
import { diagnosticsRoute } from "./routes/diagnostics";
import { fieldHistoryRoute, historyRoute } from "./routes/history";
import { homeRoute } from "./routes/home";
import { logRoute } from "./routes/log";
import { outboxRoute } from "./routes/outbox";
import { newRecordRoute, recordRoute } from "./routes/record";
import { rootRoute } from "./routes/root";
import { settingsRoute } from "./routes/settings";
import { tableRoute } from "./routes/table";
import { trashRoute } from "./routes/trash";

const routeTree = rootRoute.addChildren([
  homeRoute,
  connectRoute,
  tableRoute.addChildren([recordRoute, newRecordRoute, historyRoute, fieldHistoryRoute]),
  conflictsRoute.addChildren([mergedRoute, conflictRoute]),
  outboxRoute,
  logRoute,
  trashRoute,
  settingsRoute,
  diagnosticsRoute,
]);

/** A router that begins at the page's present address. One per page; a new one per test. */
export const makeRouter = () =>
  createRouter({
    routeTree,
    history,
    defaultPreload: "intent",
    // The list's state reads well in the address: plain words, not JSON.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
      const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
      return text && `?${text}`;
    },
  });

export const router = makeRouter();

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
