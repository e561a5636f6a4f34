// `/log`: what was sent and received, and what went wrong; kept across restarts (U30).
import { Copy, ScrollText } from "lucide-react";
import { useState } from "react";
import { Page } from "@/app/Page";
import { copyText } from "@/app/textOut";
import { type LogKind, useRead } from "@/backend";
import {
  Button,
  byDay,
  Chip,
  DayName,
  EmptyState,
  ErrorNote,
  failureWords,
  IconButton,
  toast,
} from "@/components";
import { useTranslation } from "@/i18n";
import { LogEntry } from "./LogEntry";
import { logText } from "./words";

const kinds = [null, "sent", "received", "conflict", "error"] as const;
const PAGE = 100;
const MOST = 1_000;

export function LogScreen() {
  const { t } = useTranslation("log");
  const [kind, setKind] = useState<LogKind | null>(null);
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useRead("sync_log", { kind, limit }, { keepPrevious: true });
  const copy = () =>
    void copyText(logText(data ?? [])).then(
      () => toast({ text: t("copied") }),
      (reason) => toast({ text: failureWords(reason) }),
    );
  return (
    <Page
      id="log"
      title={t("title")}
      subtitle={t("note")}
      actions={<IconButton icon={Copy} label={t("copy")} isDisabled={!data?.length} onPress={copy} />}
    >
      <fieldset
        aria-label={t("filter")}
        className="sticky top-0 z-10 flex flex-wrap gap-2 border-b border-line bg-surface px-4 py-2 tablet:px-5"
      >
        {kinds.map((each) => (
          <Chip
            key={each ?? "all"}
            isSelected={kind === each}
            onChange={() => {
              setKind(each);
              setLimit(PAGE);
            }}
          >
            {t(`filter.${each ?? "all"}`)}
          </Chip>
        ))}
      </fieldset>
      {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <EmptyState
          icon={ScrollText}
          title={t(kind ? "empty.filtered" : "empty.title")}
          note={kind ? undefined : t("empty.note")}
        >
          {kind && <Button onPress={() => setKind(null)}>{t("empty.show_all")}</Button>}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <div className="mx-auto flex max-w-3xl flex-col gap-5 p-4 tablet:p-5">
          {byDay(data, (entry) => entry.at).map(({ day, items }) => (
            <section key={day} aria-labelledby={`day-${day}`}>
              <h2 id={`day-${day}`} className="mb-1 text-note font-medium text-text-3">
                <DayName day={day} />
              </h2>
              <ul className="divide-y divide-line rounded border border-line">
                {items.map((entry) => (
                  <LogEntry key={entry.id} entry={entry} />
                ))}
              </ul>
            </section>
          ))}
          {data.length >= limit && limit < MOST && (
            <Button className="self-center" onPress={() => setLimit(Math.min(MOST, limit + 2 * PAGE))}>
              {t("show_more")}
            </Button>
          )}
        </div>
      )}
    </Page>
  );
}
