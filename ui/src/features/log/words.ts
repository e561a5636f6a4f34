// A log entry in words: by its code; a code that this app does not know yet is shown as it is.
import type { SyncLogEntry } from "@/backend";
import { formatCount, i18next } from "@/i18n";

export function entryWords(entry: SyncLogEntry): string {
  const n = formatCount(entry.count);
  const key = `code.${entry.code}`;
  const isKnown = i18next.exists(key, { ns: "log" }) || i18next.exists(`${key}_other`, { ns: "log" });
  // The keys are typed; this one is made from a code that came over the boundary, and checked above.
  return isKnown
    ? String(i18next.t(key as never, { ns: "log", count: entry.count, n } as never))
    : entry.code;
}

/** The log as text, without field values (U30). */
export function logText(entries: SyncLogEntry[]): string {
  return entries
    .map((entry) =>
      [
        new Date(entry.at).toISOString(),
        entry.kind,
        entry.code,
        entry.table ?? "-",
        String(entry.count),
        entry.record_ids.join(","),
      ].join("\t"),
    )
    .join("\n");
}
