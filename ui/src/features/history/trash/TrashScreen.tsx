// `/trash`: deleted records, of this device and others, and the way back, of one or of many as one action (U56).
import { useSearch } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { go } from "@/app/history";
import { Page } from "@/app/Page";
import { paths } from "@/app/paths";
import { useLastTable, useWorkspace } from "@/app/workspace";
import { type FieldError, type TrashItem, useRead } from "@/backend";
import { Button, ButtonLink, byDay, DayName, EmptyState, ErrorNote } from "@/components";
import { useTranslation } from "@/i18n";
import { restoreMany } from "./restore";
import { focusAbove, TrashBar } from "./TrashBar";
import { TrashRow } from "./TrashRow";
import { keyOf, useChosen } from "./useChosen";

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
  const shown = data ?? [];
  const { chosen, select, all, none, listProps } = useChosen(shown);
  const [left, setLeft] = useState<ReadonlyMap<string, FieldError[]>>(new Map());
  const restore = async (items: TrashItem[]) => {
    const stay = await restoreMany(items);
    if (stay) setLeft(new Map(stay.map((each) => [keyOf(each), each.field_errors])));
    return stay?.length === 0;
  };
  const restoreChosen = async () => {
    const isBack = await restore(chosen);
    // What stays is still selected, and the bar with it.
    if (isBack) focusAbove(chosen.length === shown.length);
  };
  return (
    <Page id="trash" title={t("trash.title")} subtitle={t("trash.note")}>
      <TrashBar
        tables={schema.tables}
        table={table}
        onTable={show}
        shown={shown.length}
        chosen={chosen.length}
        onAll={all}
        onNone={none}
        onRestore={restoreChosen}
      />
      {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyTrash tableLabel={table?.label ?? null} onAll={() => show(undefined)} />}
      {data && data.length > 0 && (
        <div {...listProps} className="@container mx-auto flex max-w-3xl flex-col gap-5 p-4 tablet:p-5">
          {byDay(data, (item) => item.deleted.at).map(({ day, items }) => (
            <section key={day} aria-labelledby={`trash-${day}`}>
              <h2 id={`trash-${day}`} className="mb-1 text-note font-medium text-text-3">
                <DayName day={day} />
              </h2>
              <ul aria-describedby="trash-keys" className="divide-y divide-line rounded border border-line">
                {items.map((item) => (
                  <TrashRow
                    key={keyOf(item)}
                    item={item}
                    showsTable={table === null}
                    isSelected={chosen.includes(item)}
                    onSelect={(on) => select(item, on)}
                    errors={left.get(keyOf(item)) ?? []}
                    onRestore={() => restore([item])}
                  />
                ))}
              </ul>
            </section>
          ))}
          <span id="trash-keys" className="sr-only">
            {t("trash.select.keys")}
          </span>
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
