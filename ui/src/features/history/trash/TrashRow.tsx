// One deleted record: what it was, who deleted it and when, and the way back.
import { ArrowUp } from "lucide-react";
import { useRef, useState } from "react";
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import type { TrashItem } from "@/backend";
import { Button } from "@/components";
import { formatMoment, formatTime, useTranslation } from "@/i18n";
import { restoreRecord } from "./restore";

export function TrashRow({ item, showsTable }: { item: TrashItem; showsTable: boolean }) {
  const { t } = useTranslation("history");
  const { t: common } = useTranslation();
  const table = useTable(item.table);
  const Icon = tableIcon(table?.icon ?? null);
  const row = useRef<HTMLLIElement>(null);
  const [isBusy, setBusy] = useState(false);
  const title = item.title || item.id.slice(0, 8);
  const who = item.deleted.who || common("who.someone");
  const restore = async () => {
    setBusy(true);
    const next = neighbour(row.current);
    if (await restoreRecord(item, title)) next?.focus();
    else setBusy(false);
  };
  return (
    <li ref={row} className="flex min-h-row flex-wrap items-center gap-x-3 gap-y-1 py-2 pr-2 pl-4">
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
