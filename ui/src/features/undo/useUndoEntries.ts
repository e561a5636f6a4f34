// Undo and redo by name, for the palette and the buttons.
import { History, type LucideIcon, Redo2, Undo2 } from "lucide-react";
import { isMac } from "@/app/shortcuts";
import { redo, undo } from "@/app/undo";
import { actionName } from "@/app/undoWords";
import { useWorkspace } from "@/app/workspace";
import { useRead } from "@/backend";
import { useTranslation } from "@/i18n";
import { showRecentActions } from "./RecentActions";

export const undoKey = isMac ? "⌘+Z" : "Ctrl+Z";
export const redoKey = isMac ? "⌘+Shift+Z" : "Ctrl+Shift+Z";

export interface UndoEntry {
  id: string;
  label: string;
  icon: LucideIcon;
  shortcut?: string;
  run: () => void;
}

/** The names of what undo and redo would do now; null where there is nothing. */
export function useUndoNames() {
  const { schema } = useWorkspace();
  const { data } = useRead("undo_stack", {});
  const [last, next] = [data?.undo[0], data?.redo[0]];
  return { undo: last ? actionName(last, schema) : null, redo: next ? actionName(next, schema) : null };
}

/** Entries of the palette: *Undo “Change Status of 12 records”*, *Redo …*, *Recent actions*. */
export function useUndoEntries(): UndoEntry[] {
  const { t } = useTranslation("undo");
  const names = useUndoNames();
  const entries: UndoEntry[] = [];
  if (names.undo)
    entries.push({
      id: "undo",
      label: t("undo.named", { name: names.undo }),
      icon: Undo2,
      shortcut: undoKey,
      run: () => void undo(),
    });
  if (names.redo)
    entries.push({
      id: "redo",
      label: t("redo.named", { name: names.redo }),
      icon: Redo2,
      shortcut: redoKey,
      run: () => void redo(),
    });
  entries.push({ id: "recent", label: t("recent.open"), icon: History, run: showRecentActions });
  return entries;
}
