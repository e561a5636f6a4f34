// `/`: goes on to the table used last, or the first one.
import { createRoute } from "@tanstack/react-router";
import { useEffect } from "react";
import { go, isAtStart } from "../history";
import { paths } from "../paths";
import { useLastTable } from "../workspace";
import { rootRoute } from "./root";

export const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });

function Home() {
  const table = useLastTable();
  const next = table && paths.table(table.name);
  useEffect(() => {
    // A place that was opened in this very moment (a notification's) is not left for the first table.
    if (next && isAtStart()) go(next, { replace: true });
  }, [next]);
  return null;
}
