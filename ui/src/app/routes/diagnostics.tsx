// `/diagnostics`: facts for whoever helps.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const diagnosticsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/diagnostics",
  component: lazyRouteComponent(() => import("@/features/settings"), "DiagnosticsScreen"),
});
