// What changed within a text, in its place: words that went and words that came, and of long stretches between them only
// how many words there are (U43, U84).
import type { Column, FieldValue } from "@/backend";
import { formatCount, useTranslation } from "@/i18n";
import { cx } from "./cx";
import { fold, isFoldable, type Stretch } from "./fold";
import { wordDiff } from "./wordDiff";

const isText = ({ kind }: Column) => kind.type === "text" || kind.type === "long_text";

const stretchesOf = (old: string, next: string): Stretch[] =>
  wordDiff(old, next).map((part) => ({ ...part, keep: part.kind !== "same" }));

/** Whether both are texts, so that the change can be shown within them. */
export const isTextChange = (column: Column, old: FieldValue, next: FieldValue): boolean =>
  isText(column) && typeof old === "string" && typeof next === "string" && old !== "" && next !== "";

/** Whether the change leaves so much of a text as it was that parts of it are folded. */
export const isLongChange = (column: Column, old: FieldValue, next: FieldValue): boolean =>
  isTextChange(column, old, next) && isFoldable(stretchesOf(String(old), String(next)));

export interface TextDiffProps {
  old: string;
  next: string;
  /** Show unchanged stretches too, however long. */
  isWhole?: boolean;
}

export function TextDiff({ old, next, isWhole = false }: TextDiffProps) {
  return <Stretches stretches={stretchesOf(old, next)} isWhole={isWhole} />;
}

/** A text in stretches; those that went or came are marked, those that are `base` or the same are not. */
export function Stretches({ stretches, isWhole }: { stretches: Stretch[]; isWhole: boolean }) {
  const { t } = useTranslation();
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
              {t("diff.folded", { count: stretch.words, n: formatCount(stretch.words) })}
              {" ⋯ "}
            </span>
          );
        }
        if (stretch.kind !== "removed" && stretch.kind !== "added")
          return <span key={key}>{stretch.text}</span>;
        return (
          <Marked key={key} kind={stretch.kind}>
            {stretch.text}
          </Marked>
        );
      })}
    </span>
  );
}

/** Something that went or came, marked in its place. */
export function Marked({ kind, children }: { kind: "removed" | "added"; children: string }) {
  const { t } = useTranslation();
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
      <span className="sr-only"> {t(kind === "removed" ? "diff.removed" : "diff.added")}: </span>
      {children}
    </Tag>
  );
}
