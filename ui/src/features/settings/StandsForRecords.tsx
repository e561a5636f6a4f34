// Whom this device stands for, where a rule looks at a field that points at records: they are chosen by their titles.
import { X } from "lucide-react";
import { useId, useRef } from "react";
import { useWorkspace } from "@/app/workspace";
import { type Table, useReads } from "@/backend";
import { IconButton } from "@/components";
import { ReferencePicker } from "@/features/references";
import { useTranslation } from "@/i18n";

export interface RecordTags {
  table: Table;
  /** The tags that are records of this table. */
  chosen: { id: string; title: string }[];
}

/** Which of the tags are records of these tables, as far as this device has them. */
export function useRecordTags(tables: string[], tags: string[]): RecordTags[] {
  const { schema } = useWorkspace();
  const wanted = tables.flatMap((table) => tags.map((id) => ({ table, id })));
  const found = useReads("record_get", wanted).flatMap(({ data }) => (data && !data.deleted ? [data] : []));
  return schema.tables
    .filter(({ name }) => tables.includes(name))
    .map((table) => ({ table, chosen: found.filter((record) => record.table === table.name) }));
}

export interface StandsForRecordsProps extends RecordTags {
  onAdd: (id: string) => void;
  onRemove: (id: string) => void;
}

export function StandsForRecords({ table, chosen, onAdd, onRemove }: StandsForRecordsProps) {
  const { t } = useTranslation("wakes");
  const title = useId();
  const frame = useRef<HTMLDivElement>(null);
  return (
    <div ref={frame} className="flex flex-col gap-2">
      {chosen.length > 0 && (
        <>
          <span id={title} className="text-note font-medium text-text-2">
            {t("who.records", { table: table.label })}
          </span>
          <ul aria-labelledby={title} className="divide-y divide-line rounded border border-line">
            {chosen.map((record) => (
              <li key={record.id} className="flex items-center gap-2 py-0.5 pr-1 pl-3 text-body">
                <span className="min-w-0 flex-1 break-words">{record.title}</span>
                <IconButton
                  size="small"
                  icon={X}
                  label={t("who.remove", { title: record.title })}
                  onPress={() => {
                    onRemove(record.id);
                    frame.current?.querySelector("input")?.focus();
                  }}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {/* A fresh box after each choice. */}
      <ReferencePicker
        key={chosen.length}
        label={
          chosen.length > 0
            ? t("who.records.more", { table: table.label })
            : t("who.records", { table: table.label })
        }
        help={t("who.records.help")}
        table={table.name}
        value={null}
        onChange={(id) => {
          if (id !== null && !chosen.some((record) => record.id === id)) onAdd(id);
        }}
      />
    </div>
  );
}
