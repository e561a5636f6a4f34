// What a screen reader hears without moving: polite, and not too often; assertive only when data is at risk (U78).
import { useSyncExternalStore } from "react";

interface Spoken {
  polite: string;
  assertive: string;
}

let spoken: Spoken = { polite: "", assertive: "" };
const listeners = new Set<() => void>();
const last = new Map<string, number>();
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

function say(kind: keyof Spoken, text: string) {
  // The same words twice are only spoken if the text node changes.
  spoken = { ...spoken, [kind]: spoken[kind] === text ? `${text}\u00a0` : text };
  for (const listener of listeners) listener();
}

export interface AnnounceOptions {
  /** Interrupts: only when data is at risk. */
  assertive?: boolean;
  /** Announcements of one topic replace each other while they wait. */
  topic?: string;
  /** At least so many milliseconds between two of a topic. */
  every?: number;
}

/** Says something to screen readers. Of several in a short time only the last is said. */
export function announce(
  text: string,
  { assertive = false, topic = "general", every = 5_000 }: AnnounceOptions = {},
): void {
  if (assertive) {
    say("assertive", text);
    return;
  }
  clearTimeout(waiting.get(topic));
  const due = Math.max(400, (last.get(topic) ?? 0) + every - Date.now());
  waiting.set(
    topic,
    setTimeout(() => {
      last.set(topic, Date.now());
      say("polite", text);
    }, due),
  );
}

/** The live regions; once in the app. */
export function Announcer() {
  const { polite, assertive } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => spoken,
  );
  return (
    <div className="sr-only">
      <div role="status" aria-live="polite">
        {polite}
      </div>
      <div role="alert" aria-live="assertive">
        {assertive}
      </div>
    </div>
  );
}
