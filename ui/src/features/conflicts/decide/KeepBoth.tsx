// *Keep both*: theirs stays, mine becomes a record of its own. Where two records may not have the same value, the new
// one needs another (U47).
import { useEffect, useRef, useState } from "react";
import type { Column, FieldError, Fields, FieldValue } from "@/backend";
import { Button, errorWords } from "@/components";
import { FieldInput, sameValue } from "@/features/editor";
import { useTranslation } from "@/i18n";
import type { Deciding } from "./deciding";

/** The new record's values that the person may have to change: its title, and what has to be unique. */
function asked(
  { table, detail }: Deciding,
  copy: string,
): { columns: Column[]; fields: Fields; mine: Fields } {
  const mine: Fields = Object.fromEntries([
    ...detail.others.map((field) => [field.column, field.value]),
    ...detail.fields.map((field) => [field.column, field.mine]),
  ]);
  const columns = table.columns.filter(
    (column) =>
      !column.read_only &&
      (column.name === table.title || (column.unique && !sameValue(mine[column.name], null))),
  );
  const fields: Fields = Object.fromEntries(
    columns.map((column): [string, FieldValue] => {
      const value = mine[column.name] ?? null;
      if (column.unique && isTheirs(detail, column, value)) return [column.name, null];
      return [column.name, column.name === table.title && typeof value === "string" ? copy : value];
    }),
  );
  return { columns, fields, mine };
}

/** The other record keeps this value. */
function isTheirs(detail: Deciding["detail"], column: Column, value: FieldValue): boolean {
  const field = detail.fields.find((each) => each.column === column.name);
  return field ? sameValue(field.theirs, value) : true;
}

export function KeepBoth({ onBack, ...deciding }: Deciding & { onBack: () => void }) {
  const { table, detail, isStale, isBusy, apply } = deciding;
  const { t } = useTranslation("conflicts");
  const [given] = useState(() => asked(deciding, t("both.copy", { title: detail.title })));
  const [fields, setFields] = useState(given.fields);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.querySelector<HTMLElement>("input, textarea")?.focus(), []);
  const missing = given.columns.filter((column) => column.required && sameValue(fields[column.name], null));
  const submit = async () => {
    if (missing.length > 0 || isStale || isBusy) return;
    setErrors(
      await apply({
        resolution: { kind: "keep_both", fields },
        typed: Object.fromEntries(
          Object.entries(fields).filter(([column, value]) => !sameValue(value, given.mine[column])),
        ),
        says: t("both.done"),
      }),
    );
  };
  const noteOf = (column: Column) => {
    if (!column.unique || given.fields[column.name] !== null) return null;
    return t(column.required ? "both.unique.required" : "both.unique.same");
  };
  return (
    <>
      <div ref={frame} className="min-h-0 flex-1 overflow-auto px-4 py-4 tablet:px-5">
        <section aria-labelledby="keep-both" className="flex max-w-lg flex-col gap-4">
          <div>
            <h3 id="keep-both" className="text-body font-semibold">
              {t("both.title")}
            </h3>
            <p className="mt-1 text-body text-text-2">{t("both.note")}</p>
          </div>
          {given.columns.map((column) => {
            const error = errors.find((each) => each.column === column.name);
            return (
              <div key={column.name} className="flex flex-col gap-1">
                <FieldInput
                  column={column}
                  label={column.label}
                  isRequired={column.required}
                  value={fields[column.name] ?? null}
                  title={null}
                  error={error ? errorWords(error, column) : null}
                  onChange={(value) => {
                    setFields({ ...fields, [column.name]: value });
                    setErrors(errors.filter((each) => each.column !== column.name));
                  }}
                />
                {noteOf(column) && (
                  <p className="text-note text-text-2">
                    {t("both.unique", { table: table.label.toLocaleLowerCase(), field: column.label })}{" "}
                    {noteOf(column)}
                  </p>
                )}
              </div>
            );
          })}
        </section>
      </div>
      <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3 tablet:px-5">
        <p
          id="conflict-stand"
          role="status"
          className="min-w-40 flex-1 text-note text-text-2 empty:hidden max-tablet:basis-full"
        >
          {missing.length > 0
            ? t("both.unique.required")
            : isStale
              ? t("open.stale")
              : isBusy
                ? t("open.busy")
                : ""}
        </p>
        <Button onPress={onBack}>{t("both.back")}</Button>
        <Button
          look="primary"
          isDisabled={missing.length > 0 || isStale || isBusy}
          aria-describedby="conflict-stand"
          className="max-tablet:flex-1"
          onPress={() => void submit()}
        >
          {t("both.apply")}
        </Button>
      </footer>
    </>
  );
}
