// `/t/<table>/<id>`: reads the record and opens the editor on it.
import { useParams } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import { useTable } from "@/app/workspace";
import { type RecordDetail, type Table, useRead } from "@/backend";
import { ButtonLink, EmptyState, ErrorNote } from "@/components";
import { TrashedRecord } from "@/features/history";
import { useTranslation } from "@/i18n";
import { FormSkeleton } from "./FormSkeleton";
import { RecordEditor } from "./RecordEditor";

export function RecordScreen() {
  const { table: name = "", id = "" } = useParams({ strict: false });
  const table = useTable(name);
  if (!table) return null;
  return <OpenRecord key={`${name}/${id}`} table={table} id={id} />;
}

/** The record of this table and id, or what there is to say instead. */
export function OpenRecord({ table, id }: { table: Table; id: string }) {
  const { t } = useTranslation("editor");
  const { data, error, isFetching, refetch } = useRead("record_get", { table: table.name, id });
  const [opened, setOpened] = useState<RecordDetail | null>(null);
  // Seen alive since it was opened: a deletion then leaves the editor as it is, with what was typed (U19).
  const [wasAlive, setAlive] = useState(false);
  // A detail kept from an earlier visit may be old: the editor starts from what the client says now.
  if (data && data !== opened && (opened !== null || !isFetching)) setOpened(data);
  if (opened && !opened.deleted && !wasAlive) setAlive(true);
  if (opened?.deleted && !wasAlive && !opened.conflict)
    return <TrashedRecord table={table} detail={opened} />;
  if (opened) {
    const detail = error?.code === "not_found" ? { ...opened, deleted: true } : opened;
    return <RecordEditor table={table} detail={detail} />;
  }
  const back = paths.table(table.name);
  if (error?.code === "not_found") {
    return (
      <Screen title={table.label} back={back}>
        <EmptyState icon={FileQuestion} title={t("missing.title")} note={t("missing.note")}>
          <ButtonLink href={back}>{t("missing.back", { table: table.label })}</ButtonLink>
        </EmptyState>
      </Screen>
    );
  }
  return (
    <Screen title={table.label} back={back}>
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <FormSkeleton />}
    </Screen>
  );
}
