// Going to a record's history and back, with the focus in the pane that changes.
import { go } from "@/app/history";
import { paths } from "@/app/paths";

function focusPane(): void {
  // Once the other screen is on the page.
  setTimeout(() => document.getElementById("record")?.focus({ preventScroll: true }), 50);
}

/** Shows the history of a record, or of one of its fields. */
export function showHistory(table: string, id: string, column?: string, replace = false): void {
  go(paths.history(table, id, column), { keepSearch: true, replace });
  if (!replace) focusPane();
}

/** Goes from its history back to the record. */
export function showRecord(table: string, id: string): void {
  go(paths.record(table, id), { keepSearch: true });
  focusPane();
}
