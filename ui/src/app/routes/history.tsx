// `/t/<table>/<id>/history` and `/t/<table>/<id>/history/<column>`: what happened to a record, or to one of its fields.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { tableRoute } from "./table";

const history = lazyRouteComponent(() => import("@/features/history"), "HistoryScreen");

export const historyRoute = createRoute({
  getParentRoute: () => tableRoute,
  path: "$id/history",
  component: history,
});

export const fieldHistoryRoute = createRoute({
  getParentRoute: () => tableRoute,
  path: "$id/history/$column",
  component: history,
});
