// `/t/<table>`: the list; an open record stands beside it.
import { Outlet, useParams, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { NotFound } from "@/app/NotFound";
import { Panes } from "@/app/Panes";
import { rememberTable, useTable } from "@/app/workspace";
import { RecordsList } from "./RecordsList";

export function RecordsScreen() {
  const { table: name } = useParams({ strict: false });
  const table = useTable(name ?? "");
  const isOpen = useRouterState({ select: (state) => state.matches.at(-1)?.routeId !== "/t/$table" });
  useEffect(() => {
    if (table) rememberTable(table.name);
  }, [table]);
  if (!table) return <NotFound />;
  return (
    <Panes
      listLabel={table.label}
      list={<RecordsList key={table.name} table={table} />}
      record={isOpen ? <Outlet /> : null}
    />
  );
}
