// Undo, redo and the list of recent actions, for the status bar.
import { History, Redo2, Undo2 } from "lucide-react";
import { redo, undo } from "@/app/undo";
import { IconButton } from "@/components";
import { useTranslation } from "@/i18n";
import { showRecentActions } from "./RecentActions";
import { redoKey, undoKey, useUndoNames } from "./useUndoEntries";

export function UndoButtons() {
  const { t } = useTranslation("undo");
  const names = useUndoNames();
  return (
    <fieldset aria-label={t("recent.title")} className="flex shrink-0">
      <IconButton
        size="small"
        icon={Undo2}
        label={names.undo ? t("undo.named", { name: names.undo }) : t("undo.nothing")}
        shortcut={undoKey}
        isDisabled={!names.undo}
        onPress={() => void undo()}
      />
      <IconButton
        size="small"
        icon={Redo2}
        label={names.redo ? t("redo.named", { name: names.redo }) : t("redo.nothing")}
        shortcut={redoKey}
        isDisabled={!names.redo}
        onPress={() => void redo()}
      />
      <IconButton size="small" icon={History} label={t("recent.open")} onPress={showRecentActions} />
    </fieldset>
  );
}
