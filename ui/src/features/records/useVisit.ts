// A visit of a table ends a minute after leaving it: *changed by others* then starts anew (U9).
import { useEffect } from "react";
import { call } from "@/backend";

const GRACE = 60_000;
const ending = new Map<string, ReturnType<typeof setTimeout>>();

export function useVisit(table: string): void {
  useEffect(() => {
    clearTimeout(ending.get(table));
    const came = Date.now();
    return () => {
      // A glance is not a visit.
      if (Date.now() - came < 5_000) return;
      ending.set(
        table,
        setTimeout(() => void call("table_visited", { table }).catch(() => undefined), GRACE),
      );
    };
  }, [table]);
}
