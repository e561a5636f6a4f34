// `/`: goes on to the table used last, or the first one.
import { createRoute, Navigate } from "@tanstack/react-router";
import { useLastTable } from "../workspace";
import { rootRoute } from "./root";

export const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });

function Home() {
  const table = useLastTable();
  return table ? <Navigate to="/t/$table" params={{ table: table.name }} replace /> : null;
}
