// Opens the conflict dialog over whatever is shown: from a record's banner, a row's mark, a notification.
import { useSyncExternalStore } from "react";
import type { RecordRef } from "@/backend";

let wanted: RecordRef | null = null;
const listeners = new Set<() => void>();

function set(next: RecordRef | null): void {
  wanted = next;
  for (const listener of listeners) listener();
}

export const decideConflict = ({ table, id }: RecordRef) => set({ table, id });
export const stopDeciding = () => set(null);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The conflict being decided over the present screen. */
export const useDeciding = () => useSyncExternalStore(subscribe, () => wanted);
