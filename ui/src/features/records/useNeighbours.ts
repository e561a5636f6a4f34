// The records before and after one in the list on screen, for the record pane (U24).
import { useRead } from "@/backend";
import { useCurrentView } from "./useView";

export interface Neighbours {
  previous: string | null;
  next: string | null;
  /** Position from 1, and how many; none when the record is not in the list. */
  position: number | null;
}

export function useNeighbours(table: string, id: string): Neighbours {
  const current = useCurrentView();
  const view = current?.table === table ? current.view : null;
  const { data: found } = useRead("view_find", { view: view ?? 0, id }, { enabled: view !== null });
  const position = found?.position ?? null;
  const start = Math.max(0, (position ?? 0) - 1);
  const { data: around } = useRead(
    "view_rows",
    { view: view ?? 0, start, count: 3 },
    { enabled: view !== null && position !== null },
  );
  const at = position === null ? -1 : position - start;
  return {
    previous: at > 0 ? (around?.rows[at - 1]?.id ?? null) : null,
    next: at >= 0 ? (around?.rows[at + 1]?.id ?? null) : null,
    position: position === null ? null : position + 1,
  };
}
