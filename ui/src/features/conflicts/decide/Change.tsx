// One side's value with its change against the value before both marked in it: words in a text, entries in a choice of
// several, by how much in numbers and days (U43).
import type { Column, FieldChange, FieldValue } from "@/backend";
import { cx, ValueDiff, ValueText, valueText } from "@/components";
import { wordDiff } from "@/components/wordDiff";
import { formatCount, useTranslation } from "@/i18n";
import { fold, isFoldable, type Stretch, touched } from "./fold";

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
  if (isLongText(column) && typeof base === "string" && typeof value === "string" && base && value)
    return <Text stretches={diffOf(base, value)} isWhole={isWhole} />;
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
  return <ValueDiff column={column} old={base} new={value} oldTitle={baseTitle} newTitle={title} inline />;
}

/** Old → new in one place; of a long text only the words that differ, with those around them. */
export function OldToNew({ column, change }: { column: Column; change: FieldChange }) {
  if (isLong(column, change.old, change.new)) {
    return (
      <Change
        column={column}
        base={change.old}
        value={change.new}
        baseTitle={null}
        title={null}
        isWhole={false}
      />
    );
  }
  return (
    <ValueDiff
      column={column}
      old={change.old}
      new={change.new}
      oldTitle={change.old_title}
      newTitle={change.new_title}
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
      <Text
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

const diffOf = (base: string, value: string): Stretch[] =>
  wordDiff(base, value).map((part) => ({ ...part, keep: part.kind !== "same" }));

/** Whether a side of this field is so long that parts of it are folded. */
export const isLong = (column: Column, base: FieldValue, ...sides: FieldValue[]): boolean =>
  isLongText(column) &&
  typeof base === "string" &&
  sides.some((side) => typeof side === "string" && side !== "" && isFoldable(diffOf(base, side)));

function Text({ stretches, isWhole }: { stretches: Stretch[]; isWhole: boolean }) {
  const { t } = useTranslation("conflicts");
  const { t: tCommon } = useTranslation();
  let at = 0;
  return (
    <span className="break-words whitespace-pre-wrap">
      {(isWhole ? stretches : fold(stretches)).map((stretch) => {
        at += stretch.text.length;
        const key = `${at} ${stretch.kind}`;
        if (stretch.kind === "folded" && "words" in stretch) {
          return (
            <span key={key} className="text-note font-normal text-text-3">
              {" ⋯ "}
              {t("text.folded", { count: stretch.words, n: formatCount(stretch.words) })}
              {" ⋯ "}
            </span>
          );
        }
        if (stretch.kind !== "removed" && stretch.kind !== "added")
          return <span key={key}>{stretch.text}</span>;
        return (
          <Marked
            key={key}
            kind={stretch.kind}
            words={tCommon(stretch.kind === "removed" ? "diff.removed" : "diff.added")}
          >
            {stretch.text}
          </Marked>
        );
      })}
    </span>
  );
}

function Entries({ column, base, value }: { column: Column; base: string[]; value: string[] }) {
  const { t } = useTranslation();
  const name = (each: string) => valueText(column, [each]);
  const all = [...base.filter((each) => !value.includes(each)), ...value];
  if (all.length === 0) return <ValueText column={column} value={null} showNone />;
  return (
    <span className="flex flex-wrap gap-1">
      {all.map((each) => {
        if (!value.includes(each))
          return (
            <Marked key={each} kind="removed" words={t("diff.removed")}>
              {name(each)}
            </Marked>
          );
        if (!base.includes(each))
          return (
            <Marked key={each} kind="added" words={t("diff.added")}>
              {name(each)}
            </Marked>
          );
        return <span key={each}>{name(each)}</span>;
      })}
    </span>
  );
}

function Marked({ kind, words, children }: { kind: "removed" | "added"; words: string; children: string }) {
  const Tag = kind === "removed" ? "del" : "ins";
  return (
    <Tag
      className={cx(
        "rounded-sm px-0.5 decoration-1",
        kind === "removed"
          ? "bg-refused-soft text-refused line-through"
          : "bg-added-soft text-added underline underline-offset-2",
      )}
    >
      <span className="sr-only"> {words}: </span>
      {children}
    </Tag>
  );
}
