// `/trash`: deleted records, of this device and others, and the way back (U56).
import { useSearch } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { go } from "@/app/history";
import { Page } from "@/app/Page";
import { paths } from "@/app/paths";
import { useLastTable, useWorkspace } from "@/app/workspace";
import { useRead } from "@/backend";
import { Button, ButtonLink, byDay, Chip, DayName, EmptyState, ErrorNote } from "@/components";
import { useTranslation } from "@/i18n";
import { TrashRow } from "./TrashRow";

const PAGE = 100;

export function TrashScreen() {
  const { t } = useTranslation("history");
  const { schema } = useWorkspace();
  const wanted = (useSearch({ strict: false }) as { table?: string }).table;
  const table = schema.tables.find(({ name }) => name === wanted) ?? null;
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useRead(
    "trash_list",
    { table: table?.name ?? null, limit },
    { keepPrevious: true },
  );
  const show = (name: string | undefined) => {
    setLimit(PAGE);
    go(paths.trash(name), { replace: true });
  };
  return (
    <Page id="trash" title={t("trash.title")} subtitle={t("trash.note")}>
      {schema.tables.length > 1 && (
        <fieldset
          aria-label={t("trash.filter")}
          className="sticky top-0 z-10 flex flex-wrap gap-2 border-b border-line bg-surface px-4 py-2 tablet:px-5"
        >
          <Chip isSelected={table === null} onChange={() => show(undefined)}>
            {t("trash.all")}
          </Chip>
          {schema.tables.map((each) => (
            <Chip key={each.name} isSelected={table === each} onChange={() => show(each.name)}>
              {each.label}
            </Chip>
          ))}
        </fieldset>
      )}
      {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyTrash tableLabel={table?.label ?? null} onAll={() => show(undefined)} />}
      {data && data.length > 0 && (
        <div className="@container mx-auto flex max-w-3xl flex-col gap-5 p-4 tablet:p-5">
          {byDay(data, (item) => item.deleted.at).map(({ day, items }) => (
            <section key={day} aria-labelledby={`trash-${day}`}>
              <h2 id={`trash-${day}`} className="mb-1 text-note font-medium text-text-3">
                <DayName day={day} />
              </h2>
              <ul className="divide-y divide-line rounded border border-line">
                {items.map((item) => (
                  <TrashRow key={`${item.table}/${item.id}`} item={item} showsTable={table === null} />
                ))}
              </ul>
            </section>
          ))}
          {data.length >= limit && (
            <Button className="self-center" onPress={() => setLimit(limit + 2 * PAGE)}>
              {t("trash.more")}
            </Button>
          )}
        </div>
      )}
    </Page>
  );
}

function EmptyTrash({ tableLabel, onAll }: { tableLabel: string | null; onAll: () => void }) {
  const { t } = useTranslation("history");
  const last = useLastTable();
  return (
    <EmptyState
      icon={Trash2}
      title={tableLabel ? t("trash.empty_in", { table: tableLabel }) : t("trash.empty")}
      note={t("trash.empty.note")}
    >
      {tableLabel ? (
        <Button onPress={onAll}>{t("trash.empty.all")}</Button>
      ) : (
        <ButtonLink href={last ? paths.table(last.name) : paths.home()}>{t("trash.empty.go")}</ButtonLink>
      )}
    </EmptyState>
  );
}
