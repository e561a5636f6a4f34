// `/t/<table>/<id>` and `/t/<table>/new/<id>`: a record beside its list.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { tableRoute } from "./table";

const editor = () => import("@/features/editor");

export const recordRoute = createRoute({
  getParentRoute: () => tableRoute,
  path: "$id",
  component: lazyRouteComponent(editor, "RecordScreen"),
});

export const newRecordRoute = createRoute({
  getParentRoute: () => tableRoute,
  path: "new/$id",
  component: lazyRouteComponent(editor, "NewRecordScreen"),
});
