// One side's value with its change against the value before both marked in it: words in a text, entries in a choice of
// several, by how much in numbers and days (U43).
import type { Column, FieldValue } from "@/backend";
import { ValueDiff, ValueText, valueText } from "@/components";
import { touched } from "@/components/fold";
import { isLongChange, Marked, Stretches } from "@/components/TextDiff";
import { wordDiff } from "@/components/wordDiff";
import { formatCount, useTranslation } from "@/i18n";

export interface ChangeProps {
  column: Column;
  base: FieldValue;
  value: FieldValue;
  baseTitle: string | null;
  title: string | null;
  /** Show unchanged stretches of a long text too. */
  isWhole: boolean;
}

export function Change({ column, base, value, baseTitle, title, isWhole }: ChangeProps) {
  const { t } = useTranslation("conflicts");
  if (column.kind.type === "multi_choice" && Array.isArray(base))
    return <Entries column={column} base={base} value={Array.isArray(value) ? value : []} />;
  if (column.kind.type === "date" && typeof base === "string" && typeof value === "string") {
    const days = Math.round((Date.parse(value) - Date.parse(base)) / 86_400_000);
    return (
      <span className="tabular">
        <ValueText column={column} value={value} />{" "}
        {days !== 0 && Number.isFinite(days) && (
          <span className="font-normal whitespace-nowrap text-text-2">
            ({days > 0 ? "+" : "−"}
            {t("days", { count: Math.abs(days), n: formatCount(Math.abs(days)) })})
          </span>
        )}
      </span>
    );
  }
  if (base === null) return <ValueText column={column} value={value} referenceTitle={title} showNone />;
  return (
    <ValueDiff
      column={column}
      old={base}
      new={value}
      oldTitle={baseTitle}
      newTitle={title}
      inline={isWhole ? "whole" : true}
    />
  );
}

/** The value before both; of a long text only what one of them changed, with the words around it. */
export function Before({
  column,
  value,
  title,
  others,
  isWhole,
}: Omit<ChangeProps, "base" | "baseTitle"> & { others: FieldValue[] }) {
  if (isLongText(column) && typeof value === "string" && value) {
    const texts = others.filter((each): each is string => typeof each === "string" && each !== "");
    return (
      <Stretches
        stretches={touched(
          value,
          texts.map((text) => wordDiff(value, text)),
        )}
        isWhole={isWhole}
      />
    );
  }
  return <ValueText column={column} value={value} referenceTitle={title} showNone />;
}

const isLongText = ({ kind }: Column) => kind.type === "text" || kind.type === "long_text";

/** Whether a side of this field is so long that parts of it are folded. */
export const isLong = (column: Column, base: FieldValue, ...sides: FieldValue[]): boolean =>
  sides.some((side) => isLongChange(column, base, side));

function Entries({ column, base, value }: { column: Column; base: string[]; value: string[] }) {
  const name = (each: string) => valueText(column, [each]);
  const all = [...base.filter((each) => !value.includes(each)), ...value];
  if (all.length === 0) return <ValueText column={column} value={null} showNone />;
  return (
    <span className="flex flex-wrap gap-1">
      {all.map((each) => {
        if (!value.includes(each))
          return (
            <Marked key={each} kind="removed">
              {name(each)}
            </Marked>
          );
        if (!base.includes(each))
          return (
            <Marked key={each} kind="added">
              {name(each)}
            </Marked>
          );
        return <span key={each}>{name(each)}</span>;
      })}
    </span>
  );
}
