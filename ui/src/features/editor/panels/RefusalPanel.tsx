// The server refused the change: why, field by field, and the ways on (U34, U35).
import { OctagonAlert } from "lucide-react";
import type { Refusal, Table } from "@/backend";
import { Button, errorWords, refusalWords } from "@/components";
import { useTranslation } from "@/i18n";
import { retryChange } from "../actions";

export interface RefusalPanelProps {
  table: Table;
  refusal: Refusal;
  /** Opens all ways on. */
  onDecide: () => void;
  onGoTo: (column: string | null) => void;
  onDiscard: () => void;
}

export function RefusalPanel({ table, refusal, onDecide, onGoTo, onDiscard }: RefusalPanelProps) {
  const { t } = useTranslation("editor");
  const labelOf = (name: string) => table.columns.find((column) => column.name === name);
  return (
    <section
      aria-labelledby="refusal-title"
      className="rounded border border-refused-line bg-refused-soft p-4"
    >
      <h2 id="refusal-title" className="flex items-center gap-2 text-body font-semibold">
        <OctagonAlert aria-hidden className="size-4 shrink-0 text-refused" />
        {t("refused.title")}
      </h2>
      {refusal.field_errors.length === 0 && (
        <p className="mt-1 text-body text-text-2">{refusalWords(refusal)}</p>
      )}
      {refusal.field_errors.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1">
          {refusal.field_errors.map((error) => {
            const column = labelOf(error.column);
            return (
              <li key={`${error.column} ${error.rule.name}`} className="text-body">
                <button
                  type="button"
                  className="min-h-6 font-medium text-text underline underline-offset-2 coarse:min-h-11"
                  onClick={() => onGoTo(error.column)}
                >
                  {column?.label ?? error.column}
                </button>
                {": "}
                {errorWords(error, column)}
              </li>
            );
          })}
        </ul>
      )}
      <p className="mt-2 text-note text-text-2">{t("refused.note")}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="small" look="primary" onPress={onDecide}>
          {t("refused.decide")}
        </Button>
        <Button size="small" onPress={() => onGoTo(refusal.field_errors[0]?.column ?? null)}>
          {t("refused.edit")}
        </Button>
        <Button size="small" onPress={() => void retryChange(refusal.op_id)}>
          {t("refused.retry")}
        </Button>
        <Button size="small" look="danger" onPress={onDiscard}>
          {t("refused.discard")}
        </Button>
      </div>
      <details className="mt-3 text-note text-text-2">
        <summary className="w-fit cursor-default rounded-sm py-1">{t("refused.details")}</summary>
        <p className="font-mono break-words">
          {refusal.code}: {refusal.message}
        </p>
      </details>
    </section>
  );
}
