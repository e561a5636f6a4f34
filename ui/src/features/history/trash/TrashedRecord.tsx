// A record that is in the trash: to read, to bring back, and to see what happened to it (U56).
import { ArchiveRestore, History, Trash2 } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import { type RecordDetail, type Table, useRead } from "@/backend";
import { Banner, Button, ButtonLink, useNow, ValueText } from "@/components";
import { formatWhen, useTranslation } from "@/i18n";
import { showHistory } from "../show";
import { TrailLine } from "../trail/TrailLine";
import { restoreRecord } from "./restore";

export function TrashedRecord({ table, detail }: { table: Table; detail: RecordDetail }) {
  const { t } = useTranslation("history");
  const { t: common } = useTranslation();
  const now = useNow();
  const [isBusy, setBusy] = useState(false);
  const { data: history } = useRead("record_history", {
    table: detail.table,
    id: detail.id,
    column: null,
    with_server: false,
  });
  const end = history?.entries.find((item) => item.kind === "delete");
  const how =
    end && (end.here ? t("trash.here") : t("trash.by", { who: end.who_when.who || common("who.someone") }));
  const given = table.columns.filter(({ name }) => {
    const value = detail.fields[name] ?? null;
    return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
  });
  const restore = async () => {
    setBusy(true);
    await restoreRecord(detail, detail.title);
    setBusy(false);
  };
  return (
    <Screen
      title={detail.title}
      subtitle={t("trash.title")}
      isStacked
      back={paths.table(detail.table)}
      actions={<ButtonLink href={paths.trash()}>{t("trash.go")}</ButtonLink>}
    >
      <Banner
        icon={Trash2}
        actions={
          <>
            <Button
              size="small"
              look="primary"
              icon={ArchiveRestore}
              isDisabled={isBusy}
              onPress={() => void restore()}
            >
              {t("trash.restore")}
            </Button>
            <Button size="small" icon={History} onPress={() => showHistory(detail.table, detail.id)}>
              {t("title")}
            </Button>
          </>
        }
      >
        <strong className="font-semibold">{t("trash.record")}</strong>{" "}
        {end &&
          t("trash.record.by", {
            who: common("who.when", { who: how, when: formatWhen(end.who_when.at, now) }),
          })}
      </Banner>
      <TrailLine table={detail.table} id={detail.id} />
      <section aria-label={t("trash.values")} className="@container p-4 tablet:px-5">
        <p className="mb-3 text-note text-text-3">
          {t(given.length > 0 ? "trash.values" : "trash.no_values")}
        </p>
        <dl className="grid grid-cols-1 gap-x-5 gap-y-4 @min-[36rem]:grid-cols-2">
          {given.map((column) => (
            <div
              key={column.name}
              className={column.kind.type === "long_text" ? "min-w-0 @min-[36rem]:col-span-2" : "min-w-0"}
            >
              <dt className="text-note font-medium text-text-2">{column.label}</dt>
              <dd className="text-body">
                <ValueText
                  column={column}
                  value={detail.fields[column.name]}
                  referenceTitle={detail.reference_titles[column.name]}
                />
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </Screen>
  );
}
