// One entry of a record's story: who, on which device, when, what it was, and field by field what it changed.
import { ArchiveRestore } from "lucide-react";
import type { HistoryItem, RecordDetail, Table } from "@/backend";
import { Badge, Button, cx } from "@/components";
import { formatMoment, formatTime, useTranslation } from "@/i18n";
import { EntryFields } from "./EntryFields";
import type { RestoreTarget } from "./RestoreDialog";
import { originIcon, originWords } from "./words";

export interface EntryProps {
  table: Table;
  item: HistoryItem;
  /** The record as it is now. */
  detail: RecordDetail | undefined;
  /** The record is as this entry left it. */
  isLatest: boolean;
  /** The oldest entry of all that is shown. */
  isFirst: boolean;
  onRestore: (target: RestoreTarget) => void;
}

export function Entry({ table, item, detail, isLatest, isFirst, onRestore }: EntryProps) {
  const { t } = useTranslation("history");
  const { t: common } = useTranslation();
  const Icon = originIcon(item);
  const who = item.here ? t("who.here") : item.who_when.who || common("who.someone");
  const canRestore = !item.lost && item.kind !== "delete" && !isLatest;
  return (
    <li className="group/entry flex gap-3">
      <span aria-hidden className="flex flex-col items-center coarse:pt-2">
        <span
          className={cx(
            "flex size-7 shrink-0 items-center justify-center rounded-full border",
            item.lost
              ? "border-conflict-line bg-conflict-soft text-conflict"
              : "border-line bg-surface-2 text-text-2",
          )}
        >
          <Icon className="size-3.5" />
        </span>
        <span className="w-px flex-1 bg-line group-last/entry:hidden" />
      </span>
      <article className="flex min-w-0 flex-1 flex-col gap-2 pb-5 group-last/entry:pb-1">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1 coarse:min-h-11">
          <h3 className="text-body font-semibold break-words">
            {who}
            <span className="font-normal text-text-2"> · {originWords(item, isFirst)}</span>
          </h3>
          <When item={item} />
          {item.lost && <Badge tone="conflict">{t("lost")}</Badge>}
          {isLatest && <Badge>{t("entry.latest")}</Badge>}
          {canRestore && (
            <Button
              size="small"
              look="quiet"
              icon={ArchiveRestore}
              className="-mr-2 ml-auto"
              onPress={() =>
                onRestore({ point: item.point, what: { kind: "version" }, at: item.who_when.at })
              }
            >
              <span className="sr-only @min-[26rem]:not-sr-only">{t("restore.version")}</span>
            </Button>
          )}
        </div>
        {item.lost && <p className="text-note text-text-2">{t("lost.note")}</p>}
        <EntryFields table={table} item={item} detail={detail} onRestore={onRestore} />
      </article>
    </li>
  );
}

/** The time of the change; on hover and to screen readers also when the server took it. */
function When({ item }: { item: HistoryItem }) {
  const { t } = useTranslation("history");
  const { at } = item.who_when;
  const taken = item.applied_at;
  const exact = [
    t("when.exact", { at: formatMoment(at) }),
    taken !== null ? t("when.taken", { at: formatMoment(taken) }) : t("when.not_taken"),
  ].join(", ");
  return (
    <span className="tabular text-note text-text-3">
      <time dateTime={new Date(at).toISOString()} title={exact}>
        {formatTime(at)}
      </time>
      {item.here && taken === null && !item.lost && (
        <span className="text-waiting"> · {t("when.not_taken")}</span>
      )}
    </span>
  );
}
