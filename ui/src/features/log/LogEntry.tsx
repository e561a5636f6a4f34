// One line of the sync log, with the records it is about.
import { ArrowDown, ArrowUp, GitMerge, type LucideIcon, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import { type LogKind, type SyncLogEntry, useRead } from "@/backend";
import { Button, cx } from "@/components";
import { formatCount, formatMoment, formatTime, useTranslation } from "@/i18n";
import { entryWords } from "./words";

const looks: Record<LogKind, { icon: LucideIcon; ink: string }> = {
  sent: { icon: ArrowUp, ink: "text-text-3" },
  received: { icon: ArrowDown, ink: "text-text-3" },
  conflict: { icon: GitMerge, ink: "text-conflict" },
  error: { icon: TriangleAlert, ink: "text-refused" },
};

const FIRST = 3;

export function LogEntry({ entry }: { entry: SyncLogEntry }) {
  const { t } = useTranslation("log");
  const table = useTable(entry.table ?? "");
  const [showsAll, setShowsAll] = useState(false);
  const { icon: Icon, ink } = looks[entry.kind];
  const shown = showsAll ? entry.record_ids : entry.record_ids.slice(0, FIRST);
  const hidden = entry.record_ids.length - shown.length;
  return (
    <li className="flex items-start gap-3 px-4 py-2">
      <Icon role="img" aria-label={t(`kind.${entry.kind}`)} className={cx("mt-0.5 size-4 shrink-0", ink)} />
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <p className="text-body">
          {entryWords(entry)}
          {table && <span className="text-text-3"> · {table.label}</span>}
        </p>
        {entry.table && shown.length > 0 && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-note">
            {shown.map((id) => (
              <RecordLink key={id} table={entry.table ?? ""} id={id} />
            ))}
            {hidden > 0 && (
              <Button size="small" look="quiet" onPress={() => setShowsAll(true)}>
                {t("more_records", { n: formatCount(hidden) })}
              </Button>
            )}
          </p>
        )}
      </div>
      <time
        dateTime={new Date(entry.at).toISOString()}
        title={formatMoment(entry.at)}
        className="tabular shrink-0 text-note text-text-3"
      >
        {formatTime(entry.at)}
      </time>
    </li>
  );
}

/** By its title; the log itself keeps ids only. */
function RecordLink({ table, id }: { table: string; id: string }) {
  const { data } = useRead("record_get", { table, id });
  return (
    <a
      href={paths.record(table, id)}
      className="inline-flex min-h-6 max-w-64 items-center truncate rounded-sm text-accent underline underline-offset-2 coarse:min-h-11"
    >
      {data?.title ?? id.slice(0, 8)}
    </a>
  );
}
