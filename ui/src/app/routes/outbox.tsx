// `/outbox`: changes that wait for the server.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const outboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/outbox",
  component: lazyRouteComponent(() => import("@/features/outbox"), "OutboxScreen"),
});
