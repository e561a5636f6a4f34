// `/trash`: deleted records, of one table with `?table=`.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const trashRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/trash",
  validateSearch: (search) => search as { table?: string },
  component: lazyRouteComponent(() => import("@/features/history"), "TrashScreen"),
});
