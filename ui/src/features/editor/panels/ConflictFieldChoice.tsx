// One colliding field: before both, mine and theirs side by side, to choose from.
import { RotateCw } from "lucide-react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { type Column, type ConflictField, type FieldValue, useRead } from "@/backend";
import { cx, ValueText } from "@/components";
import { useTranslation } from "@/i18n";
import type { Side } from "./decisions";

export interface ConflictFieldChoiceProps {
  column: Column;
  field: ConflictField;
  side: Side | null;
  hasMoved: boolean;
  /** Who and when, under each side's name. */
  notes: Record<Side, string | null>;
  onChoose: (side: Side) => void;
}

const sides = ["mine", "theirs", "base"] as const;

export function ConflictFieldChoice({
  column,
  field,
  side,
  hasMoved,
  notes,
  onChoose,
}: ConflictFieldChoiceProps) {
  const { t } = useTranslation("editor");
  const names = { base: t("conflict.before"), mine: t("conflict.mine"), theirs: t("conflict.theirs") };
  return (
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
              "group flex cursor-default gap-2.5 rounded border border-line-2 bg-surface px-3 py-2.5 text-body transition-colors duration-(--fast) hovered:border-line-strong selected:border-accent selected:bg-accent-soft focus-visible:outline-2 focus-visible:outline-focus",
              each === "base" && "@min-[30rem]:col-span-2",
            )}
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-selected:border-[5px] group-selected:border-accent"
            />
            <span className="flex min-w-0 flex-1 flex-col gap-0.5">
              <span className="text-note text-text-2">
                {names[each]}
                {notes[each] && <span className="text-text-3"> · {notes[each]}</span>}
              </span>
              <ConflictValue column={column} value={field[each]} />
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** The value in words; the referenced record by its title. */
function ConflictValue({ column, value }: { column: Column; value: FieldValue }) {
  const table = column.kind.type === "reference" ? column.kind.table : null;
  const id = table && typeof value === "string" ? value : "";
  const { data } = useRead("record_get", { table: table ?? "", id }, { enabled: id !== "" });
  return (
    <span className="line-clamp-6 min-w-0 font-medium text-text">
      <ValueText column={column} value={value} referenceTitle={data?.title} showNone />
    </span>
  );
}
