// One colliding field: before both, mine, theirs and the result, side by side where there is room, else one under the
// other (U41, U43).
import { RotateCw } from "lucide-react";
import { type Ref, useId, useState } from "react";
import type { Column, ConflictField, FieldError, FieldValue, WhoWhen } from "@/backend";
import { Button, cx, errorWords, useNow } from "@/components";
import { FieldInput } from "@/features/editor";
import { useTranslation } from "@/i18n";
import { whoWhen } from "../words";
import { Before, Change, isLong } from "./Change";
import { type Decisions, decisionFor, movedOn, offers, ownValue, type Side } from "./decisions";
import { OptionCard, OptionChip } from "./OptionCard";
import { Result } from "./Result";

/** The sides in columns, in the order that they are shown and numbered. */
export type ColumnSide = "base" | "mine" | "theirs";

export interface FieldRowProps {
  column: Column;
  field: ConflictField;
  decisions: Decisions;
  /** In the order of their keys. */
  sides: ColumnSide[];
  /** *Before both* is folded away. */
  hidesBase: boolean;
  mine: WhoWhen;
  theirs: WhoWhen | null;
  names: Record<ColumnSide, string>;
  error: FieldError | null;
  /** Stacked, whatever the room: one field a step. */
  isStacked?: boolean;
  onChoose: (side: Side) => void;
  onType: (value: FieldValue) => void;
  ref?: Ref<HTMLFieldSetElement>;
}

export const gridLook = (count: number) =>
  count === 4
    ? "@min-[52rem]:grid-cols-[minmax(0,0.85fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(0,1.05fr)]"
    : "@min-[52rem]:grid-cols-3";

export function FieldRow({
  column,
  field,
  decisions,
  sides,
  hidesBase,
  mine,
  theirs,
  names,
  error,
  isStacked = false,
  onChoose,
  onType,
  ref,
}: FieldRowProps) {
  const { t } = useTranslation("conflicts");
  const now = useNow();
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const side = decisionFor(decisions, field);
  const shown = hidesBase ? sides.filter((each) => each !== "base") : sides;
  const captions: Record<ColumnSide, string> = {
    base: names.base,
    mine: `${names.mine} · ${whoWhen(mine, now)}`,
    theirs: theirs ? `${names.theirs} · ${whoWhen(theirs, now)}` : names.theirs,
  };
  const own = ownValue(decisions, field);
  const changes = { column, base: field.base, baseTitle: field.base_title, isWhole };
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      data-field={field.column}
      className="relative -mx-2 min-w-0 scroll-mt-14 rounded px-2 pt-1 pb-2 focus-within:bg-surface-2 focus-visible:-outline-offset-2"
    >
      <legend
        className={cx(
          "float-left flex w-full min-w-0 flex-wrap items-center gap-x-3 pb-1",
          !isStacked && "@min-[52rem]:min-h-9 coarse:@min-[52rem]:min-h-12",
        )}
      >
        <span className="text-body font-semibold">{column.label}</span>
        {movedOn(decisions, field) && (
          <span role="status" className="flex items-center gap-1.5 text-note font-medium text-conflict">
            <RotateCw aria-hidden className="size-3.5" />
            {t("moved.field")}
          </span>
        )}
      </legend>
      <div className={cx("clear-both grid gap-2", !isStacked && gridLook(shown.length + 1))}>
        {shown.map((each) => (
          <OptionCard
            key={each}
            name={id}
            isChosen={side === each}
            onChoose={() => onChoose(each)}
            caption={<Caption text={captions[each]} isHidden={!isStacked} />}
            shortcut={String(sides.indexOf(each) + 1)}
          >
            {each === "base" ? (
              <Before
                column={column}
                value={field.base}
                title={field.base_title}
                others={[field.mine, field.theirs]}
                isWhole={isWhole}
              />
            ) : (
              <Change
                {...changes}
                value={field[each]}
                title={each === "mine" ? field.mine_title : field.theirs_title}
              />
            )}
          </OptionCard>
        ))}
        <div className="flex min-w-0 flex-col gap-2">
          <Result column={column} field={field} decisions={decisions} isStacked={isStacked}>
            {side === "own" && (
              <OwnInput
                column={column}
                field={field}
                value={own}
                error={error ? errorWords(error, column) : null}
                onType={onType}
              />
            )}
          </Result>
          <div
            className={cx(
              "flex flex-wrap items-center gap-1.5",
              !isStacked && "@min-[52rem]:absolute @min-[52rem]:top-1 @min-[52rem]:right-2",
            )}
          >
            {isLong(column, field.base, field.mine, field.theirs) && (
              <Button size="small" look="quiet" onPress={() => setWhole(!isWhole)}>
                {t(isWhole ? "text.changes" : "text.whole")}
              </Button>
            )}
            {offers(field, "both") && (
              <OptionChip name={id} isChosen={side === "both"} onChoose={() => onChoose("both")} shortcut="B">
                {t("side.both")}
              </OptionChip>
            )}
            <OptionChip name={id} isChosen={side === "own"} onChoose={() => onChoose("own")} shortcut="E">
              {t("side.own")}
            </OptionChip>
          </div>
        </div>
      </div>
    </fieldset>
  );
}

/** In columns the head says whose value it is. */
function Caption({ text, isHidden }: { text: string; isHidden: boolean }) {
  return <span className={cx(isHidden && "@min-[52rem]:sr-only")}>{text}</span>;
}

interface OwnInputProps {
  column: Column;
  field: ConflictField;
  value: FieldValue;
  error: string | null;
  onType: (value: FieldValue) => void;
}

function OwnInput({ column, field, value, error, onType }: OwnInputProps) {
  const { t } = useTranslation("conflicts");
  // A record just picked has a title that nothing else here knows.
  const [picked, setPicked] = useState<{ id: string; title: string } | null>(null);
  const known: [FieldValue, string | null][] = [
    [picked?.id ?? null, picked?.title ?? null],
    [field.mine, field.mine_title],
    [field.theirs, field.theirs_title],
    [field.base, field.base_title],
  ];
  const title = known.find(([id, name]) => name !== null && id === value)?.[1] ?? null;
  return (
    <FieldInput
      column={column}
      label={t("result.label", { label: column.label })}
      hideLabel
      isRequired={column.required}
      value={value}
      title={title}
      error={error}
      onChange={onType}
      onPicked={(id, name) => setPicked({ id, title: name })}
    />
  );
}
