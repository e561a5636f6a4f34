// What was chosen and not applied yet is kept while the window lives, also over a reload, so that *Decide later* loses
// nothing (U48).
import { type Dispatch, type SetStateAction, useEffect, useState, useSyncExternalStore } from "react";
import type { RecordRef } from "@/backend";

type Part = "fields" | "form";
const parts: Part[] = ["fields", "form"];
const key = ({ table, id }: RecordRef, part: Part) => `landfall.decide.${part}.${table}/${id}`;

/** The session's storage; undefined where it is closed to us: then choices live as long as their dialog. */
function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined; // A browser that keeps nothing for anyone.
  }
}

function read<T>(name: string, otherwise: T): T {
  const text = storage()?.getItem(name) ?? null;
  try {
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise; // Spoilt: one begins anew.
  }
}

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

function write(name: string, value: unknown): void {
  try {
    storage()?.setItem(name, JSON.stringify(value));
  } catch {
    // Full: the choices live as long as their dialog.
  }
  tell();
}

/** A conflict's choices are forgotten once they are applied. */
export function forgetChoices(conflict: RecordRef): void {
  for (const part of parts) storage()?.removeItem(key(conflict, part));
  tell();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether something was chosen for it and waits to be applied. */
export const useHasChoices = (conflict: RecordRef): boolean =>
  useSyncExternalStore(subscribe, () =>
    parts.some((part) => (storage()?.getItem(key(conflict, part)) ?? null) !== null),
  );

/** State of one conflict's dialog that outlives the dialog. */
export function useKept<T extends object>(
  conflict: RecordRef,
  part: Part,
  otherwise: T,
): [T, Dispatch<SetStateAction<T>>] {
  const name = key(conflict, part);
  const [value, setValue] = useState(() => read(name, otherwise));
  const [begun] = useState(value);
  useEffect(() => {
    if (value !== begun) write(name, value);
  }, [name, value, begun]);
  return [value, setValue];
}
