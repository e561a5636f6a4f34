// Ctrl/⌘+Z, Ctrl/⌘+Shift+Z and Ctrl+Y, where nobody is typing: a text field keeps its own undo (U53).

import { useShortcut } from "@/app/shortcuts";
import { redo, undo } from "@/app/undo";

export function useUndoKeys(): void {
  useShortcut("mod+z", () => void undo(), true, true);
  useShortcut("mod+shift+z", () => void redo(), true, true);
  useShortcut("mod+y", () => void redo(), true, true);
}
