// `/t/<table>`: the list, with the record beside it where there is room.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const tableRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/t/$table",
  // Read and written by features/records/listState.ts.
  validateSearch: (search) => search as Record<string, string>,
  component: lazyRouteComponent(() => import("@/features/records"), "RecordsScreen"),
});
