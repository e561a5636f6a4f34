// What a history entry was, in words and as an icon (U54).
import {
  ArchiveRestore,
  Eraser,
  FileDown,
  GitMerge,
  type LucideIcon,
  PencilLine,
  Plus,
  Scale,
  Trash2,
  Undo2,
} from "lucide-react";
import type { HistoryItem, HistoryOrigin, HistoryPoint } from "@/backend";
import { i18next } from "@/i18n";

const t = i18next.getFixedT(null, "history");

/** "Edited", "Restored from the trash", "Merged automatically". */
export function originWords({ kind, origin, lost }: HistoryItem, isFirst: boolean): string {
  // A value that lost: it changed nothing, whatever the kind.
  if (lost) return t(`origin.${origin}`);
  if (kind === "insert") {
    if (origin === "undo" || origin === "restore" || origin === "discard") return t(`created.${origin}`);
    if (!isFirst) return t("created.again");
    return t(origin === "import" ? "created.import" : "created.edit");
  }
  if (kind === "delete") {
    if (origin === "undo" || origin === "discard" || origin === "conflict") return t(`deleted.${origin}`);
    return t("deleted.edit");
  }
  return t(`origin.${origin}`);
}

const icons: Record<HistoryOrigin, LucideIcon> = {
  edit: PencilLine,
  remote: PencilLine,
  import: FileDown,
  merge: GitMerge,
  conflict: Scale,
  discard: Eraser,
  undo: Undo2,
  restore: ArchiveRestore,
};

export function originIcon({ kind, origin, lost }: HistoryItem): LucideIcon {
  const isPlain = origin === "edit" || origin === "remote";
  if (!lost && kind === "delete") return Trash2;
  if (!lost && kind === "insert" && isPlain) return Plus;
  return icons[origin];
}

export const pointKey = (point: HistoryPoint): string =>
  point.kind === "device" ? `d${point.n}` : `s${point.seq}`;
