// How much room there is: three panes on a desktop, two on a tablet, one on a phone.
import { useSyncExternalStore } from "react";

export type Layout = "phone" | "tablet" | "desktop";

const tablet = () => window.matchMedia("(min-width: 45rem)");
const desktop = () => window.matchMedia("(min-width: 68.75rem)");

function subscribe(listener: () => void) {
  const queries = [tablet(), desktop()];
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    for (const query of queries) query.removeEventListener("change", listener);
  };
}

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, () =>
    desktop().matches ? "desktop" : tablet().matches ? "tablet" : "phone",
  );
}

const coarse = () => window.matchMedia("(pointer: coarse)");
function subscribeCoarse(listener: () => void) {
  const query = coarse();
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** Whether the main pointer is a finger. */
export const useCoarse = () => useSyncExternalStore(subscribeCoarse, () => coarse().matches);
