// `/t/<table>/<id>/history`: what happened to a record: who, on which device, when, old → new (U54), and the way back
// to a value or a version (U55).
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, History } from "lucide-react";
import { useState } from "react";
import { useLayout } from "@/app/layout";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import { useTable } from "@/app/workspace";
import { type Table, useRead } from "@/backend";
import { Button, byDay, DayName, EmptyState, ErrorNote, Select } from "@/components";
import { useTranslation } from "@/i18n";
import { Entry } from "./Entry";
import { RestoreDialog, type RestoreTarget } from "./RestoreDialog";
import { ServerLine } from "./ServerLine";
import { showHistory, showRecord } from "./show";
import { useHistory } from "./useHistory";
import { pointKey } from "./words";

export function HistoryScreen() {
  const { table: name = "", id = "", column } = useParams({ strict: false });
  const table = useTable(name);
  if (!table) return null;
  const known = table.columns.find((each) => each.name === column);
  return <RecordHistory key={`${name}/${id}`} table={table} id={id} column={known?.name ?? null} />;
}

interface RecordHistoryProps {
  table: Table;
  id: string;
  column: string | null;
}

function RecordHistory({ table, id, column }: RecordHistoryProps) {
  const { t } = useTranslation("history");
  const layout = useLayout();
  const { history, error, server, askServer } = useHistory(table.name, id, column);
  const { data: detail } = useRead("record_get", { table: table.name, id });
  const [target, setTarget] = useState<RestoreTarget | null>(null);
  const entries = history?.entries ?? [];
  const title = history?.title || detail?.title || id.slice(0, 8);
  return (
    <Screen
      title={t("title")}
      subtitle={title}
      isStacked
      back={paths.record(table.name, id)}
      actions={
        layout !== "phone" && (
          <Button icon={ArrowLeft} onPress={() => showRecord(table.name, id)}>
            {t("back")}
          </Button>
        )
      }
    >
      <div className="sticky top-0 z-10 flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line bg-surface px-4 py-2.5 tablet:px-5">
        <Select
          label={t("filter")}
          hideLabel
          className="w-48 max-tablet:w-full"
          options={table.columns.map((each) => ({ id: each.name, label: each.label }))}
          value={column}
          emptyLabel={t("filter.all")}
          placeholder={t("filter.all")}
          onChange={(next) => showHistory(table.name, id, next ?? undefined, true)}
        />
        <ServerLine server={server} onAsk={askServer} />
      </div>
      {error && !history && <ErrorNote error={error} />}
      {history && entries.length === 0 && (
        <NoEntries
          label={table.columns.find((each) => each.name === column)?.label ?? null}
          isWhole={server.kind === "in"}
          onAll={() => showHistory(table.name, id, undefined, true)}
        />
      )}
      <div className="@container flex flex-col gap-5 p-4 tablet:p-5">
        {byDay(entries, (item) => item.who_when.at).map(({ day, items }) => (
          <section key={day} aria-labelledby={`history-${day}`}>
            <h2 id={`history-${day}`} className="mb-2 text-note font-medium text-text-3">
              <DayName day={day} />
            </h2>
            <ol className="flex flex-col">
              {items.map((item) => (
                <Entry
                  key={pointKey(item.point)}
                  table={table}
                  item={item}
                  detail={detail}
                  isLatest={item === entries.find((each) => !each.lost) && column === null}
                  isFirst={item === entries.at(-1)}
                  onRestore={setTarget}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
      <RestoreDialog table={table} id={id} title={title} target={target} onClose={() => setTarget(null)} />
    </Screen>
  );
}

function NoEntries({ label, isWhole, onAll }: { label: string | null; isWhole: boolean; onAll: () => void }) {
  const { t } = useTranslation("history");
  const note = isWhole ? (label ? undefined : t("empty.note")) : t("empty.here");
  return (
    <EmptyState icon={History} title={label ? t("empty.field", { label }) : t("empty.title")} note={note}>
      {label && <Button onPress={onAll}>{t("empty.all")}</Button>}
    </EmptyState>
  );
}
