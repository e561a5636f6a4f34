// Whom this device stands for, as the workspace's rules for notifications look for them in records. Kept when the person
// leaves the field.
import { useState } from "react";
import { useWorkspace } from "@/app/workspace";
import { type Column, call, type Schema } from "@/backend";
import { failureWords, MultiChoice, TextArea } from "@/components";
import { formatList, useTranslation } from "@/i18n";
import { StandsForRecords, useRecordTags } from "./StandsForRecords";

const lines = (text: string) => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];

/** The columns that say whom to tell, each once. */
function columnsOf(schema: Schema): { table: string; column: Column }[] {
  const found = new Map<string, { table: string; column: Column }>();
  for (const rule of schema.notify ?? []) {
    const table = schema.tables.find((each) => each.name === rule.table);
    const column = table?.columns.find((each) => each.name === rule.to);
    if (table && column) found.set(`${table.name}.${column.name}`, { table: table.label, column });
  }
  return [...found.values()];
}

export function StandsFor({ tags }: { tags: string[] }) {
  const { t } = useTranslation("wakes");
  const { schema } = useWorkspace();
  const columns = columnsOf(schema);
  const choices = columns.flatMap(({ column: { kind } }) =>
    kind.type === "choice" || kind.type === "multi_choice" ? kind.choices : [],
  );
  const options = [...new Map(choices.map(({ value, label }) => [value, { id: value, label }])).values()];
  const tables = columns.flatMap(({ column: { kind } }) => (kind.type === "reference" ? [kind.table] : []));
  const records = useRecordTags([...new Set(tables)], tags);
  const free = columns.filter(
    ({ column: { kind } }) =>
      kind.type !== "choice" && kind.type !== "multi_choice" && kind.type !== "reference",
  );
  const isOption = (tag: string) => options.some(({ id }) => id === tag);
  const isRecord = (tag: string) => records.some(({ chosen }) => chosen.some(({ id }) => id === tag));
  const kept = tags.filter((tag) => !isOption(tag) && !isRecord(tag)).join("\n");
  const [draft, setDraft] = useState<string | null>(null);
  const [told, setTold] = useState<{ isWrong: boolean; words: string } | null>(null);
  const save = async (chosen: string[], text: string, ids = tags.filter(isRecord)) => {
    try {
      await call("wake_tags_set", { tags: [...chosen, ...ids, ...lines(text)] });
      setDraft(null);
      setTold({ isWrong: false, words: t("who.saved") });
    } catch (reason) {
      setTold({ isWrong: true, words: failureWords(reason) });
    }
  };
  const names = (list: typeof columns) =>
    formatList(list.map(({ table, column }) => t("who.column", { table, column: column.label })));
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {options.length > 0 && (
        <MultiChoice
          label={t("who.choices")}
          options={options}
          value={tags.filter(isOption)}
          onChange={(chosen) => void save(chosen, draft ?? kept)}
        />
      )}
      {records.map(({ table, chosen }) => (
        <StandsForRecords
          key={table.name}
          table={table}
          chosen={chosen}
          onAdd={(id) => void save(tags.filter(isOption), draft ?? kept, [...tags.filter(isRecord), id])}
          onRemove={(id) =>
            void save(
              tags.filter(isOption),
              draft ?? kept,
              tags.filter((tag) => isRecord(tag) && tag !== id),
            )
          }
        />
      ))}
      {(free.length > 0 || kept !== "") && (
        <TextArea
          label={t("who")}
          help={t("who.help", { columns: names(free.length > 0 ? free : columns) })}
          error={told?.isWrong ? told.words : null}
          rows={2}
          value={draft ?? kept}
          onChange={(text) => {
            setDraft(text);
            setTold(null);
          }}
          onBlur={() => {
            if (draft !== null && draft !== kept) void save(tags.filter(isOption), draft);
          }}
        />
      )}
      <span role="status" className="text-note text-text-3 empty:sr-only">
        {told?.isWrong ? "" : told?.words}
      </span>
    </div>
  );
}
