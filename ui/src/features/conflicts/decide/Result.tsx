// Exactly what will be saved in a field (U45). A long text scrolls in its place.
import type { ReactNode } from "react";
import type { Column, ConflictField, FieldValue } from "@/backend";
import { cx, ValueText } from "@/components";
import { useTranslation } from "@/i18n";
import { type Decisions, decisionFor, resultOf } from "./decisions";

export interface ResultProps {
  column: Column;
  field: ConflictField;
  decisions: Decisions;
  /** Its name stands above it, whatever the room. */
  isStacked: boolean;
  /** The input, while the person types a value of their own. */
  children: ReactNode;
}

export function Result({ column, field, decisions, isStacked, children }: ResultProps) {
  const { t } = useTranslation("conflicts");
  const value = resultOf(decisions, field);
  const isOpen = value === undefined;
  return (
    <div
      data-result={field.column}
      className={cx(
        "flex min-h-11 flex-col justify-center gap-0.5 rounded border px-3 py-2 text-body",
        isOpen ? "border-dashed border-line-strong bg-transparent" : "border-accent-line bg-surface",
      )}
    >
      <span className={cx("text-note text-text-2", !isStacked && "@min-[52rem]:sr-only")}>
        {t("side.result")}
      </span>
      {isOpen && <span className="text-text-3">{t("result.open")}</span>}
      {!isOpen &&
        (children || (
          <ScrollingValue column={column} value={value} title={resultTitle(decisions, field, value)} />
        ))}
    </div>
  );
}

export function ScrollingValue({
  column,
  value,
  title,
}: {
  column: Column;
  value: FieldValue;
  title: string | null;
}) {
  const { t } = useTranslation("conflicts");
  const shown = <ValueText column={column} value={value} referenceTitle={title} showNone />;
  if (typeof value !== "string" || value.length < LONG) return <span className="font-medium">{shown}</span>;
  return (
    <section
      aria-label={t("result.label", { label: column.label })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
      tabIndex={0}
      className="max-h-56 overflow-auto rounded-sm"
    >
      {shown}
    </section>
  );
}

/** Letters from which a text may be higher than its place. */
const LONG = 280;

/** Title of the resulting record, where it is a reference. */
export function resultTitle(decisions: Decisions, field: ConflictField, value: FieldValue): string | null {
  const side = decisionFor(decisions, field);
  if (side === "mine" || value === field.mine) return field.mine_title;
  if (side === "theirs" || value === field.theirs) return field.theirs_title;
  return value === field.base ? field.base_title : null;
}
