// `/log`: the sync log.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const logRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/log",
  component: lazyRouteComponent(() => import("@/features/log"), "LogScreen"),
});
