// The fake's sync log of the day before.
import type { Millis, SyncLogEntry } from "../bindings";
import type { Row } from "./data";

/** A few lines as the engine writes them, newest first. */
export function sampleLog(rows: Iterable<Row>, now: Millis): SyncLogEntry[] {
  const ids = (table: string, count: number) =>
    [...rows]
      .filter((row) => row.table === table)
      .slice(0, count)
      .map((row) => row.id);
  const lines: Omit<SyncLogEntry, "id" | "at">[] = [
    { kind: "sent", table: "inspections", record_ids: ids("inspections", 2), count: 2, code: "sent" },
    { kind: "received", table: "airfields", record_ids: ids("airfields", 14), count: 14, code: "received" },
    { kind: "conflict", table: null, record_ids: [], count: 1, code: "conflict" },
    { kind: "error", table: "airfields", record_ids: ids("airfields", 1), count: 1, code: "refused" },
    { kind: "error", table: null, record_ids: [], count: 0, code: "timed_out" },
    { kind: "received", table: null, record_ids: [], count: 0, code: "resumed" },
  ];
  const ages = [2, 2, 20, 90, 95, 1_500];
  return lines.map((line, at) => ({ ...line, id: lines.length - at, at: now - (ages[at] ?? 0) * 60_000 }));
}
