// Which deleted records are selected, as in the list: one by one, from the last one to this one with Shift, all with
// Ctrl+A, none with Escape (U12, U56).
import { type KeyboardEvent, type SyntheticEvent, useRef, useState } from "react";
import type { TrashItem } from "@/backend";

export const keyOf = ({ table, id }: { table: string; id: string }) => `${table}/${id}`;

export function useChosen(shown: TrashItem[]) {
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const isShift = useRef(false);
  // What came back meanwhile, or is not shown, is not selected.
  const chosen = shown.filter((item) => wanted.has(keyOf(item)));
  const none = () => setWanted(new Set());
  const all = () => setWanted(new Set(shown.map(keyOf)));
  const select = (item: TrashItem, on: boolean) => {
    const here = shown.indexOf(item);
    const from = isShift.current ? shown.findIndex((each) => keyOf(each) === last.current) : here;
    const [start, end] = from < 0 ? [here, here] : [Math.min(from, here), Math.max(from, here)];
    const next = new Set(wanted);
    for (const each of shown.slice(start, end + 1)) {
      if (on) next.add(keyOf(each));
      else next.delete(keyOf(each));
    }
    last.current = keyOf(item);
    setWanted(next);
  };
  const noteShift = (event: SyntheticEvent<HTMLElement, globalThis.KeyboardEvent | PointerEvent>) => {
    isShift.current = event.nativeEvent.shiftKey;
  };
  /** For the element around the rows. */
  const listProps = {
    onPointerDownCapture: noteShift,
    onKeyDownCapture: noteShift,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "a") {
        event.preventDefault();
        all();
      } else if (event.key === "Escape" && chosen.length > 0) {
        event.preventDefault();
        none();
      }
    },
  };
  return { chosen, select, all, none, listProps };
}
