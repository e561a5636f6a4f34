// `/conflicts`: what waits for a decision. `/conflicts/<table>/<id>` opens one of them; `/conflicts/merged` lists what
// merged by itself.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root";

export const conflictsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/conflicts",
  // Read and written by features/conflicts/inbox/arrange.ts.
  validateSearch: (search) => search as Record<string, string>,
  component: lazyRouteComponent(() => import("@/features/conflicts"), "ConflictsScreen"),
});

// The screen itself reads which of them is open: the list stays as it is behind the dialog.
const nothing = () => null;

export const conflictRoute = createRoute({
  getParentRoute: () => conflictsRoute,
  path: "$table/$id",
  component: nothing,
});

export const mergedRoute = createRoute({
  getParentRoute: () => conflictsRoute,
  path: "merged",
  component: nothing,
});
