// One colliding field: before both, mine and theirs side by side, to choose from.
import { PencilLine, RotateCw } from "lucide-react";
import { useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { type Column, type ConflictField, type FieldError, type FieldValue, useRead } from "@/backend";
import { cx, errorWords, ValueDiff, ValueText } from "@/components";
import { useTranslation } from "@/i18n";
import { FieldInput } from "../fields/FieldInput";
import type { Side } from "./decisions";

export interface ConflictFieldChoiceProps {
  column: Column;
  field: ConflictField;
  side: Side | null;
  hasMoved: boolean;
  /** The person's own value, for the side `own`. */
  own: FieldValue;
  /** What is wrong with their own value. */
  error: FieldError | null;
  /** Who and when, under each side's name. */
  notes: Partial<Record<Side, string>>;
  onChoose: (side: Side) => void;
  onType: (value: FieldValue) => void;
}

const sides = ["mine", "theirs", "base", "own"] as const;

export function ConflictFieldChoice({
  column,
  field,
  side,
  hasMoved,
  own,
  error,
  notes,
  onChoose,
  onType,
}: ConflictFieldChoiceProps) {
  const { t } = useTranslation("editor");
  const ownTitle = useReferenceTitle(column, side === "own" ? own : null);
  // A record just picked has a title that nothing else here knows.
  const [picked, setPicked] = useState<{ id: string; title: string } | null>(null);
  const names = {
    base: t("conflict.before"),
    mine: t("conflict.mine"),
    theirs: t("conflict.theirs"),
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <RadioGroup
        value={side}
        onChange={(value) => onChoose(value as Side)}
        className="flex min-w-0 flex-col gap-1.5"
      >
        <Label className="text-note font-semibold text-text">{column.label}</Label>
        {hasMoved && (
          <p role="status" className="flex items-center gap-1.5 text-note font-medium text-conflict">
            <RotateCw aria-hidden className="size-3.5" />
            {t("conflict.moved", { label: column.label })}
          </p>
        )}
        <div className="grid gap-2 @min-[30rem]:grid-cols-2">
          {sides.map((each) => (
            <Radio
              key={each}
              value={each}
              className={cx(
                "group relative flex cursor-default gap-2.5 rounded border border-line-2 bg-surface px-3 py-2.5 text-body transition-colors duration-(--fast) hovered:border-line-strong selected:border-accent selected:bg-accent-soft focus-visible:outline-2 focus-visible:outline-focus",
              )}
            >
              <span
                aria-hidden
                className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-selected:border-[5px] group-selected:border-accent"
              />
              <span className="flex min-w-0 flex-1 flex-col gap-0.5">
                {each !== "own" && (
                  <span className="text-note text-text-2">
                    {names[each]}
                    {notes[each] && <span className="text-text-3"> · {notes[each]}</span>}
                  </span>
                )}
                {each === "own" ? (
                  <span className="flex items-center gap-1.5 font-medium text-text">
                    <PencilLine aria-hidden className="size-3.5 shrink-0" />
                    {t("conflict.edit")}
                  </span>
                ) : (
                  <ConflictValue
                    column={column}
                    base={each === "base" ? null : field.base}
                    value={field[each]}
                  />
                )}
              </span>
            </Radio>
          ))}
        </div>
      </RadioGroup>
      {side === "own" && (
        <FieldInput
          column={column}
          label={t("conflict.own.label", { label: column.label })}
          isRequired={column.required}
          value={own}
          title={picked?.id === own ? picked.title : (ownTitle ?? null)}
          error={error ? errorWords(error, column) : null}
          onChange={onType}
          onPicked={(id, title) => setPicked({ id, title })}
        />
      )}
    </div>
  );
}

interface ConflictValueProps {
  column: Column;
  /** The value before both, to mark the change against. */
  base: FieldValue;
  value: FieldValue;
}

/** The value in words with what changed in it (U43); the referenced record by its title. */
function ConflictValue({ column, base, value }: ConflictValueProps) {
  const title = useReferenceTitle(column, value);
  return (
    <span className="line-clamp-6 min-w-0 font-medium text-text">
      {base === null ? (
        <ValueText column={column} value={value} referenceTitle={title} showNone />
      ) : (
        <ValueDiff column={column} old={base} new={value} newTitle={title} inline />
      )}
    </span>
  );
}

function useReferenceTitle(column: Column, value: FieldValue): string | undefined {
  const table = column.kind.type === "reference" ? column.kind.table : null;
  const id = table && typeof value === "string" ? value : "";
  const { data } = useRead("record_get", { table: table ?? "", id }, { enabled: id !== "" });
  return data?.title;
}
