// Above the trash: which table, or, once something is selected, what can be done with it (U12, U56).
import { ArchiveRestore, X } from "lucide-react";
import { useState } from "react";
import { useLayout } from "@/app/layout";
import type { Table } from "@/backend";
import { Button, Checkbox, Chip, IconButton } from "@/components";
import { formatCount, useTranslation } from "@/i18n";

export interface TrashBarProps {
  tables: Table[];
  table: Table | null;
  onTable: (name: string | undefined) => void;
  shown: number;
  chosen: number;
  onAll: () => void;
  onNone: () => void;
  onRestore: () => Promise<void>;
}

const SELECT_ALL = "trash-select-all";

export function TrashBar(props: TrashBarProps) {
  const { t } = useTranslation("history");
  const { tables, shown, chosen, onAll, onNone } = props;
  if (shown === 0 && tables.length < 2) return null;
  return (
    <div className="sticky top-0 z-10 flex min-h-12 items-center gap-2 border-b border-line bg-surface px-4 py-1.5 tablet:px-5">
      {shown > 0 && (
        <span id={SELECT_ALL} className="shrink-0 pl-3">
          <Checkbox
            label={t("trash.select.all")}
            isSelected={chosen === shown}
            isIndeterminate={chosen > 0 && chosen < shown}
            onChange={(on) => (on ? onAll() : onNone())}
          />
        </span>
      )}
      {chosen > 0 ? <Chosen {...props} /> : tables.length > 1 && <Tables {...props} />}
    </div>
  );
}

function Tables({ tables, table, onTable }: TrashBarProps) {
  const { t } = useTranslation("history");
  return (
    // One line that scrolls: the rows below stay where they are when the other bar takes its place.
    <fieldset
      aria-label={t("trash.filter")}
      className="-my-1 flex min-w-0 gap-2 overflow-x-auto p-1 *:shrink-0"
    >
      <Chip isSelected={table === null} onChange={() => onTable(undefined)}>
        {t("trash.all")}
      </Chip>
      {tables.map((each) => (
        <Chip key={each.name} isSelected={table === each} onChange={() => onTable(each.name)}>
          {each.label}
        </Chip>
      ))}
    </fieldset>
  );
}

function Chosen({ shown, chosen, onAll, onNone, onRestore }: TrashBarProps) {
  const { t } = useTranslation("history");
  const isPhone = useLayout() === "phone";
  const [isBusy, setBusy] = useState(false);
  const many = { count: chosen, n: formatCount(chosen) };
  const restore = async () => {
    setBusy(true);
    await onRestore();
    setBusy(false);
  };
  const clear = () => {
    onNone();
    focusAbove(false);
  };
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      <span role="status" className="tabular pr-1 text-note font-medium text-accent">
        {t("trash.select.count", many)}
      </span>
      <Button
        size="small"
        look="primary"
        icon={ArchiveRestore}
        isDisabled={isBusy}
        aria-label={t("trash.restore_selected", many)}
        onPress={() => void restore()}
      >
        {t("trash.restore")}
      </Button>
      {chosen < shown && (
        <Button size="small" look="quiet" onPress={onAll}>
          {t("trash.select.offer_all", { n: formatCount(shown) })}
        </Button>
      )}
      {isPhone ? (
        <span className="ml-auto">
          <IconButton icon={X} label={t("trash.select.clear")} onPress={clear} />
        </span>
      ) : (
        <Button size="small" look="quiet" icon={X} onPress={clear}>
          {t("trash.select.clear")}
        </Button>
      )}
    </div>
  );
}

/** Where the focus goes when the buttons go: to the box that stays, or to the page when nothing is left to select. */
export function focusAbove(isEmpty: boolean): void {
  const page = document.querySelector<HTMLElement>("[data-region=trash]");
  const box = isEmpty ? null : page?.querySelector<HTMLElement>(`#${SELECT_ALL} input`);
  (box ?? page)?.focus();
}
