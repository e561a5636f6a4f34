// What can be done with the selected records: edit fields of all as one undoable change, delete, let go (U12).
import { PencilLine, Trash2, X } from "lucide-react";
import { useState } from "react";
import { undoable } from "@/app/undo";
import { call, type Table } from "@/backend";
import { AlertDialog, Button, IconButton, toast } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { BulkEdit } from "./BulkEdit";
import { countSelected, everything, nothing, type Selected, selectionArgs } from "./selection";
import type { OpenView } from "./useView";

export interface BulkBarProps {
  table: Table;
  view: OpenView;
  selected: Selected;
  onSelect: (selected: Selected) => void;
  isNarrow: boolean;
  /** *Delete* was asked for by key. */
  isDeleting: boolean;
  setDeleting: (on: boolean) => void;
}

/** So many are deleted without asking: undo is at hand. */
export const ASK_FROM = 10;

export function useBulkDelete(
  table: Table,
  view: OpenView | null,
  selected: Selected,
  onSelect: (selected: Selected) => void,
) {
  const { t } = useTranslation("records");
  return async () => {
    if (!view) return;
    try {
      const done = await call("records_delete", {
        table: table.name,
        selection: selectionArgs(selected, view.id),
      });
      onSelect(nothing);
      undoable(done, t("bulk.deleted", { count: done.records, n: formatCount(done.records) }));
    } catch {
      toast({ text: t("bulk.failed") });
    }
  };
}

export function BulkBar({
  table,
  view,
  selected,
  onSelect,
  isNarrow,
  isDeleting,
  setDeleting,
}: BulkBarProps) {
  const { t } = useTranslation("records");
  const [isEditing, setEditing] = useState(false);
  const count = countSelected(selected, view.total);
  const n = formatCount(count);
  const remove = useBulkDelete(table, view, selected, onSelect);
  const askOrRemove = () => {
    if (count < ASK_FROM) void remove();
    else setDeleting(true);
  };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-1.5 p-1">
      <span className="tabular px-1 text-note font-medium text-accent">
        {selected.kind === "all" && selected.except.size === 0
          ? t("select.all_matching", { n })
          : t("select.count", { count, n })}
      </span>
      {count < view.total && (
        <Button size="small" look="quiet" onPress={() => onSelect(everything)}>
          {t("select.offer_all", { n: formatCount(view.total) })}
        </Button>
      )}
      {isNarrow ? (
        <span className="ml-auto flex gap-1">
          <IconButton
            icon={PencilLine}
            label={t("bulk.edit")}
            isDisabled={count === 0}
            onPress={() => setEditing(true)}
          />
          <IconButton icon={Trash2} label={t("bulk.delete")} isDisabled={count === 0} onPress={askOrRemove} />
          <IconButton icon={X} label={t("select.clear")} onPress={() => onSelect(nothing)} />
        </span>
      ) : (
        <>
          <Button size="small" icon={PencilLine} isDisabled={count === 0} onPress={() => setEditing(true)}>
            {t("bulk.edit")}
          </Button>
          <Button size="small" look="danger" icon={Trash2} isDisabled={count === 0} onPress={askOrRemove}>
            {t("bulk.delete")}
          </Button>
          <Button size="small" look="quiet" icon={X} onPress={() => onSelect(nothing)}>
            {t("select.clear")}
          </Button>
        </>
      )}
      {isEditing && (
        <BulkEdit
          table={table}
          selection={selectionArgs(selected, view.id)}
          count={count}
          close={() => setEditing(false)}
        />
      )}
      <AlertDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={t("bulk.delete.title", { count, n })}
        confirm={t("bulk.delete")}
        danger
        onConfirm={() => void remove()}
      >
        {t("bulk.delete.note")}
      </AlertDialog>
    </div>
  );
}
