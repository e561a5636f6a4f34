// Which rows are selected: some by id, or all matching but some (U12).
import type { Selection } from "@/backend";

export type Selected =
  | { kind: "ids"; ids: ReadonlySet<string> }
  | { kind: "all"; except: ReadonlySet<string> };

export const nothing: Selected = { kind: "ids", ids: new Set() };
export const everything: Selected = { kind: "all", except: new Set() };

export const isSelected = (selected: Selected, id: string) =>
  selected.kind === "all" ? !selected.except.has(id) : selected.ids.has(id);

export const countSelected = (selected: Selected, total: number) =>
  selected.kind === "all" ? total - selected.except.size : selected.ids.size;

/** Selects or deselects some rows. */
export function withRows(selected: Selected, ids: string[], on: boolean): Selected {
  const set = new Set(selected.kind === "all" ? selected.except : selected.ids);
  for (const id of ids) {
    if (on === (selected.kind === "ids")) set.add(id);
    else set.delete(id);
  }
  return selected.kind === "all" ? { kind: "all", except: set } : { kind: "ids", ids: set };
}

/** For the bulk commands. */
export const selectionArgs = (selected: Selected, view: number): Selection =>
  selected.kind === "all"
    ? { kind: "view", view, except: [...selected.except] }
    : { kind: "ids", ids: [...selected.ids] };
