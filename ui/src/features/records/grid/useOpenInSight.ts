// A record that is opened by another way than its row (a link, *next record*) is brought in sight in the list. What is in
// sight already does not move (U7).
import { useEffect, useEffectEvent } from "react";
import { call } from "@/backend";

export interface InSight {
  /** The view to look for it in. */
  view: number;
  openId: string | null;
  /** In px. Beside a record the list may become narrow and its rows higher: what was in sight is looked for again. */
  rowHeight: number;
  /** Whether the row at this position is wholly in sight. */
  isSeen: (row: number) => boolean;
  show: (row: number) => void;
}

export function useOpenInSight({ view, openId, rowHeight, isSeen, show }: InSight): void {
  const bring = useEffectEvent(async (id: string, isOld: () => boolean) => {
    // A view that is gone by then: the next one begins at its own place.
    const found = await call("view_find", { view, id }).catch(() => null);
    const row = found?.position ?? null;
    if (row !== null && !isOld() && !isSeen(row)) show(row);
  });
  useEffect(() => {
    if (openId === null || rowHeight <= 0) return;
    let isOld = false;
    void bring(openId, () => isOld);
    return () => {
      isOld = true;
    };
  }, [openId, rowHeight]);
}
