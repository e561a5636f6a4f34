// Small things a window remembers by itself: widths of panes, the last table, chosen columns. Not settings.
import { useState } from "react";

const key = (name: string) => `landfall.${name}`;

export function remembered<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(key(name));
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise; // Closed or spoilt storage: the usual value does.
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(key(name), JSON.stringify(value));
  } catch {
    // Storage is closed to us: it is forgotten with the window.
  }
}

export function useRemembered<T>(name: string, otherwise: T): [T, (value: T) => void] {
  const [state, setState] = useState(() => ({ name, value: remembered(name, otherwise) }));
  const value = state.name === name ? state.value : remembered(name, otherwise);
  return [
    value,
    (next) => {
      remember(name, next);
      setState({ name, value: next });
    },
  ];
}
