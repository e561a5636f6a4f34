// Selecting from one row to another, however far apart (U12, U76): ids of rows that are not near the screen are read
// in chunks, since the view's order is known to the client alone.
import { useRef } from "react";
import { call } from "@/backend";
import { failureWords, toast } from "@/components";
import { everything, nothing, type Selected, withRows } from "./selection";
import type { OpenView } from "./useView";

/** The most that `view_rows` answers at once. */
const CHUNK = 500;

interface Anchor {
  id: string | undefined;
  row: number;
  /** The opened view that `row` counts in. */
  view: number;
  /** It belongs to this question; another one starts without an anchor. */
  question: string;
}

export function useRange(
  view: OpenView,
  idAt: (row: number) => string | undefined,
  onSelect: (selected: Selected) => void,
) {
  const anchor = useRef<Anchor | null>(null);
  const known = useRef({ view: view.id, ids: new Map<number, string>() });
  const turn = useRef(0);

  const place = (row: number) => {
    anchor.current = { id: idAt(row), row, view: view.id, question: view.question };
  };

  /** Ids from `first` to `last`; of a wide range only those that were never read are asked for. */
  const readIds = async (first: number, last: number): Promise<string[]> => {
    if (known.current.view !== view.id) known.current = { view: view.id, ids: new Map() };
    const { ids } = known.current;
    const id = (row: number) => ids.get(row) ?? idAt(row);
    for (let row = first; row <= last; row++) {
      if (id(row) !== undefined) continue;
      const { rows } = await call("view_rows", {
        view: view.id,
        start: row,
        count: Math.min(CHUNK, last - row + 1),
      });
      rows.forEach((each, index) => {
        ids.set(row + index, each.id);
      });
      if (rows.length === 0) break;
      row += rows.length - 1;
    }
    const found: string[] = [];
    for (let row = first; row <= last; row++) {
      const each = id(row);
      if (each !== undefined) found.push(each);
    }
    return found;
  };

  /** Where the anchor stands now; its view may have been opened again meanwhile. */
  const origin = async ({ id, row }: Anchor): Promise<number> => {
    const found = id ? await call("view_find", { view: view.id, id }) : null;
    return found?.position ?? Math.min(row, view.total - 1);
  };

  /** Selects from the anchor (or from the row `from`, which becomes it) to the row `to`. */
  const extend = async (from: number, to: number) => {
    turn.current += 1;
    const mine = turn.current;
    if (anchor.current?.question !== view.question) place(from);
    const start = anchor.current;
    if (!start) return;
    try {
      const row = start.view === view.id ? start.row : await origin(start);
      const [first, last] = [Math.min(row, to), Math.max(row, to)];
      if (first === 0 && last === view.total - 1 && view.total > CHUNK) {
        onSelect(everything);
        return;
      }
      const ids = await readIds(first, last);
      // A later key has asked for another range.
      if (mine === turn.current) onSelect(withRows(nothing, ids, true));
    } catch (reason) {
      if (mine === turn.current) toast({ text: failureWords(reason) });
    }
  };

  /** Another choice was made: a range still being read is not wanted any more. */
  const drop = () => {
    turn.current += 1;
  };

  return { place, extend, drop };
}
