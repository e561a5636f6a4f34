// A value as text, by its column's kind. ValueDiff: a change of a value, old → new, with marks besides colour (U84);
// ChangeDiff: the same for a change as the backend tells it.
import { Check, Minus } from "lucide-react";
import type { Column, FieldChange, FieldValue } from "@/backend";
import {
  formatDay,
  formatList,
  formatMoment,
  formatNumber,
  formatPlace,
  i18next,
  useTranslation,
} from "@/i18n";
import { cx } from "./cx";
import { isLongChange, isTextChange, TextDiff } from "./TextDiff";

/** The plain text of a value; empty for none. */
export function valueText(
  column: Column,
  value: FieldValue | undefined,
  referenceTitle?: string | null,
): string {
  if (value === null || value === undefined || value === "") return "";
  const { kind } = column;
  if (typeof value === "boolean") return i18next.t(value ? "value.yes" : "value.no");
  if (typeof value === "number") {
    const number = formatNumber(value);
    const unit = kind.type === "integer" || kind.type === "real" ? kind.unit : null;
    return unit ? `${number}\u202f${unit}` : number;
  }
  if (Array.isArray(value)) return formatList(value.map((each) => choiceLabel(column, each)));
  if (typeof value === "object") return formatPlace(value);
  switch (kind.type) {
    case "date":
      return formatDay(value);
    case "date_time":
      return formatMoment(value);
    case "choice":
      return choiceLabel(column, value);
    case "reference":
      return referenceTitle || value.slice(0, 8);
    default:
      return value;
  }
}

function choiceLabel({ kind }: Column, value: string): string {
  if (kind.type !== "choice" && kind.type !== "multi_choice") return value;
  return kind.choices.find((choice) => choice.value === value)?.label ?? value;
}

export const isNumeric = (column: Column) => column.kind.type === "integer" || column.kind.type === "real";

export interface ValueTextProps {
  column: Column;
  value: FieldValue | undefined;
  referenceTitle?: string | null;
  /** In a list: one line, a tick for yes, nothing for none. */
  compact?: boolean;
  /** Spell out "No value". */
  showNone?: boolean;
}

export function ValueText({
  column,
  value,
  referenceTitle,
  compact = false,
  showNone = false,
}: ValueTextProps) {
  const { t } = useTranslation();
  if (compact && typeof value === "boolean") {
    const Icon = value ? Check : Minus;
    return (
      <span className={value ? "text-text" : "text-text-3"}>
        <Icon aria-hidden className="inline size-4" />
        <span className="sr-only">{t(value ? "value.yes" : "value.no")}</span>
      </span>
    );
  }
  const text = valueText(column, value, referenceTitle);
  if (!text) return showNone ? <span className="text-text-3">{t("value.none")}</span> : null;
  return (
    <span className={cx(isNumeric(column) && "tabular", !compact && "break-words whitespace-pre-wrap")}>
      {text}
    </span>
  );
}

export interface ValueDiffProps {
  column: Column;
  old: FieldValue;
  new: FieldValue;
  oldTitle?: string | null;
  newTitle?: string | null;
  /**
   * The new value with the change marked in it: word by word for text, by how much for numbers. `whole`: also what did not
   * change in a long text.
   */
  inline?: boolean | "whole";
}

export function ValueDiff({ column, old, new: next, oldTitle, newTitle, inline = false }: ValueDiffProps) {
  const { t } = useTranslation();
  if (inline) {
    if (isTextChange(column, old, next))
      return <TextDiff old={String(old)} next={String(next)} isWhole={inline === "whole"} />;
    if (typeof old === "number" && typeof next === "number" && old !== next)
      return <NumberChange column={column} old={old} next={next} />;
    return <ValueText column={column} value={next} referenceTitle={newTitle} showNone />;
  }
  // Nobody finds a changed word by reading two long texts.
  if (isLongChange(column, old, next)) return <TextDiff old={String(old)} next={String(next)} />;
  const before = valueText(column, old, oldTitle);
  const after = valueText(column, next, newTitle);
  return (
    <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1 text-body">
      {before && (
        <del className="min-w-0 rounded-sm bg-refused-soft px-1 break-words text-refused line-through decoration-1">
          <span aria-hidden className="inline-block pr-1">
            −
          </span>
          <span className="sr-only">{t("diff.from")}: </span>
          {before}
        </del>
      )}
      {/* What was empty, or is now, is said in words: there is nothing to strike out or to underline. */}
      {after ? (
        <ins className="min-w-0 rounded-sm bg-added-soft px-1 break-words text-added underline decoration-1 underline-offset-2">
          <span aria-hidden className="inline-block pr-1">
            +
          </span>
          <span className="sr-only">{before ? t("diff.to") : t("diff.from_none")}: </span>
          {after}
        </ins>
      ) : (
        <span className="text-text-3">
          <span className="sr-only">{t("diff.to")}: </span>
          {t("value.none")}
        </span>
      )}
    </span>
  );
}

export interface ChangeDiffProps {
  column: Column;
  change: FieldChange;
  inline?: ValueDiffProps["inline"];
}

export function ChangeDiff({ column, change, inline }: ChangeDiffProps) {
  return (
    <ValueDiff
      column={column}
      old={change.old}
      new={change.new}
      oldTitle={change.old_title}
      newTitle={change.new_title}
      inline={inline}
    />
  );
}

function NumberChange({ column, old, next }: { column: Column; old: number; next: number }) {
  const { t } = useTranslation();
  // Beyond the digits that people type, a difference is only rounding.
  const by = Number((next - old).toPrecision(12));
  const words = valueText(column, Math.abs(by));
  return (
    <span className="tabular">
      {valueText(column, next)}{" "}
      <span className="font-normal whitespace-nowrap text-text-2">
        ({t(by > 0 ? "diff.more" : "diff.less", { by: words })})
      </span>
    </span>
  );
}
