// `/t/<table>/new/<id>`: a record being begun.
import { useParams } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import { useTable } from "@/app/workspace";
import { type NewRecord, type Table, useRead } from "@/backend";
import { ButtonLink, EmptyState, ErrorNote } from "@/components";
import { useTranslation } from "@/i18n";
import { FormSkeleton } from "../FormSkeleton";
import { NewRecordEditor } from "./NewRecordEditor";

export function NewRecordScreen() {
  const { table: name = "", id = "" } = useParams({ strict: false });
  const table = useTable(name);
  if (!table) return null;
  return <Begun key={`${name}/${id}`} table={table} id={id} />;
}

/** The record being begun, or what there is to say instead. */
export function Begun({ table, id }: { table: Table; id: string }) {
  const { t } = useTranslation("editor");
  const { data, error, isFetching, refetch } = useRead("new_record_get", { table: table.name, id });
  // Read once: from then on the editor knows best what was typed.
  const [begun, setBegun] = useState<NewRecord | null>(null);
  if (data && !begun && !isFetching) setBegun(data);
  if (begun) return <NewRecordEditor table={table} begun={begun} />;
  const back = paths.table(table.name);
  return (
    <Screen title={t("new.title", { singular: table.singular })} back={back}>
      {error?.code === "not_found" ? (
        <EmptyState icon={FileQuestion} title={t("missing.title")} note={t("new.missing.note")}>
          <ButtonLink href={back}>{t("missing.back", { table: table.label })}</ButtonLink>
        </EmptyState>
      ) : error ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : (
        <FormSkeleton />
      )}
    </Screen>
  );
}
