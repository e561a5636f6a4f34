// Connects an edit session to the client and to the page's life.
import { useEffect, useState, useSyncExternalStore } from "react";
import { call, type RecordDetail } from "@/backend";
import { EditSession } from "./session/session";
import type { EditState } from "./session/state";

export interface Editing {
  session: EditSession;
  state: EditState;
}

/** One session for the life of the component; give it a key of table and id. */
export function useEditSession(detail: RecordDetail): Editing {
  const { table, id } = detail;
  const [session] = useState(
    () =>
      new EditSession(detail, {
        validate: async (fields) => (await call("record_validate", { table, id, fields })).errors,
        update: async (patch) => (await call("record_update", { table, id, patch })).fields,
        keepDraft: (fields) => call("draft_save", { table, id, fields }),
        discardDraft: () => call("draft_discard", { table, id }),
      }),
  );
  const state = useSyncExternalStore(session.subscribe, session.getState);
  useEffect(() => session.loaded(detail), [session, detail]);
  useEffect(() => {
    // The page may be put away or killed without another word (U72).
    const leave = () => {
      if (document.visibilityState === "hidden") session.close();
    };
    const hide = () => session.close();
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", hide);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      window.removeEventListener("pagehide", hide);
      session.close();
    };
  }, [session]);
  return { session, state };
}

/** Tells the client that the person has seen what others changed: when they leave, so that the marks stay meanwhile. */
export function useSeenOnLeave({ table, id, changed_by_others }: RecordDetail): void {
  const isNews = changed_by_others.length > 0;
  useEffect(() => {
    if (!isNews) return;
    return () => void call("record_seen", { table, id }).catch(() => undefined);
  }, [isNews, table, id]);
}
