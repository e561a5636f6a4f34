// One deleted record: what it was, who deleted it and when, and the way back.
import { ArrowUp, CircleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import type { FieldError, TrashItem } from "@/backend";
import { Button, Checkbox, cx, errorWords } from "@/components";
import { formatMoment, formatTime, useTranslation } from "@/i18n";
import { titleOf } from "./restore";

export interface TrashRowProps {
  item: TrashItem;
  showsTable: boolean;
  isSelected: boolean;
  onSelect: (on: boolean) => void;
  /** Why it could not come back when that was tried. */
  errors: FieldError[];
  /** Answers whether it is back. */
  onRestore: () => Promise<boolean>;
}

export function TrashRow({ item, showsTable, isSelected, onSelect, errors, onRestore }: TrashRowProps) {
  const { t } = useTranslation("history");
  const { t: common } = useTranslation();
  const table = useTable(item.table);
  const Icon = tableIcon(table?.icon ?? null);
  const row = useRef<HTMLLIElement>(null);
  const [isBusy, setBusy] = useState(false);
  const title = titleOf(item);
  const who = item.deleted.who || common("who.someone");
  const restore = async () => {
    setBusy(true);
    const next = neighbour(row.current);
    if (await onRestore()) next?.focus();
    else setBusy(false);
  };
  return (
    <li
      ref={row}
      className={cx(
        "flex min-h-row flex-wrap items-center gap-x-3 gap-y-1 py-2 pr-2 pl-3 first:rounded-t last:rounded-b",
        isSelected && "bg-accent-soft",
      )}
    >
      <Checkbox label={t("trash.select", { title })} isSelected={isSelected} onChange={onSelect} />
      <Icon aria-hidden className="size-4 shrink-0 text-text-3" />
      <div className="flex min-w-40 flex-1 flex-col">
        <a
          href={paths.record(item.table, item.id)}
          className="self-start rounded-sm text-body font-medium break-words text-text underline-offset-2 hover:underline"
        >
          {title}
        </a>
        <span className="tabular flex flex-wrap items-center gap-x-1.5 text-note text-text-3">
          <span>
            {item.here ? t("trash.here") : t("trash.by", { who })},{" "}
            <time dateTime={new Date(item.deleted.at).toISOString()} title={formatMoment(item.deleted.at)}>
              {formatTime(item.deleted.at)}
            </time>
            {showsTable && table && ` · ${table.label}`}
          </span>
          {item.waiting && (
            <span className="inline-flex items-center gap-1 font-medium text-waiting">
              <ArrowUp aria-hidden className="size-3.5" />
              {t("trash.waiting")}
            </span>
          )}
        </span>
        {errors.length > 0 && (
          <span className="mt-0.5 inline-flex items-start gap-1 text-note text-refused">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            <span>
              {[
                t("trash.left"),
                ...errors.map((error) => {
                  const column = table?.columns.find(({ name }) => name === error.column);
                  return `${column?.label ?? error.column}: ${errorWords(error, column)}`;
                }),
              ].join(" ")}
            </span>
          </span>
        )}
      </div>
      <Button
        size="small"
        isDisabled={isBusy}
        aria-label={t("trash.restore_named", { title })}
        onPress={() => void restore()}
      >
        {t("trash.restore")}
      </Button>
    </li>
  );
}

/** Where the focus goes when this row is gone: the same button of the next row, or of the one before. */
function neighbour(row: HTMLElement | null): HTMLElement | null {
  const page = row?.closest<HTMLElement>("[data-region]");
  const rows = [...(page?.querySelectorAll<HTMLElement>("li") ?? [])];
  const at = row ? rows.indexOf(row) : -1;
  return (rows[at + 1] ?? rows[at - 1])?.querySelector<HTMLElement>("button") ?? page ?? null;
}
