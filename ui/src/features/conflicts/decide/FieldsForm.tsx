// Both sides changed the same fields, or both made the record: choose field by field (U41–U48). In columns or cards on
// a large screen, one field a step on a phone.
import { useState } from "react";
import { announce } from "@/app/announce";
import { useLayout } from "@/app/layout";
import type { ConflictField, FieldError, FieldValue } from "@/backend";
import { formatCount, useTranslation } from "@/i18n";
import { Columns } from "./Columns";
import type { Deciding } from "./deciding";
import {
  type Choosing,
  decide,
  decideAll,
  nothingChosen,
  ownValues,
  resultsOf,
  type Side,
  typeOwn,
  undecided,
  undoChoice,
} from "./decisions";
import type { ColumnSide } from "./FieldRow";
import { KeepBoth } from "./KeepBoth";
import { useKept } from "./kept";
import { Steps } from "./Steps";

/** What the two ways to show the fields share. */
export interface FieldsState extends Deciding {
  fields: ConflictField[];
  choosing: Choosing;
  sides: ColumnSide[];
  names: Record<ColumnSide, string>;
  errors: FieldError[];
  /** How many are open, in words. */
  stand: string;
  canApply: boolean;
  choose: (field: ConflictField, side: Side) => void;
  chooseAll: (side: "mine" | "theirs") => void;
  type: (field: ConflictField, value: FieldValue) => void;
  undo: () => void;
  submit: () => Promise<void>;
  keepBoth: (() => void) | undefined;
}

export function FieldsForm(props: Deciding) {
  const { detail, table, isStale, isBusy, apply } = props;
  const { t } = useTranslation("conflicts");
  const isPhone = useLayout() === "phone";
  const [choosing, setChoosing] = useKept<Choosing>(detail, "fields", nothingChosen);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [isKeepingBoth, setKeepingBoth] = useState(false);
  const isTwice = detail.kind === "inserted_twice";
  // Only what the schema knows can be shown and chosen.
  const fields = detail.fields.filter((field) =>
    table.columns.some((column) => column.name === field.column),
  );
  const open = undecided(choosing.now, fields).length;
  const stand = isBusy
    ? t("open.busy")
    : isStale
      ? t("open.stale")
      : open > 0
        ? t("open.count", { count: open, n: formatCount(open) })
        : t("open.none");
  const canApply = open === 0 && !isStale && !isBusy;

  const submit = async () => {
    const values = resultsOf(choosing.now, fields);
    if (!values || !canApply) {
      announce(stand);
      return;
    }
    setErrors([]);
    setErrors(
      await apply({
        resolution: { kind: "values", fields: values },
        typed: ownValues(choosing.now, fields),
        says: t("apply.done", { title: detail.title }),
      }),
    );
  };

  if (isKeepingBoth) return <KeepBoth {...props} onBack={() => setKeepingBoth(false)} />;
  const state: FieldsState = {
    ...props,
    fields,
    choosing,
    sides: isTwice ? ["mine", "theirs"] : ["base", "mine", "theirs"],
    names: {
      base: t("side.base"),
      mine: t(isTwice ? "side.mine.record" : "side.mine"),
      theirs: t(isTwice ? "side.theirs.record" : "side.theirs"),
    },
    errors,
    stand,
    canApply,
    choose: (field, side) => setChoosing(decide(choosing, field, side)),
    chooseAll: (side) => setChoosing(decideAll(choosing, fields, side)),
    type: (field, value) => {
      setChoosing(typeOwn(choosing, field, value));
      setErrors(errors.filter((error) => error.column !== field.column));
    },
    undo: () => setChoosing(undoChoice(choosing)),
    submit,
    keepBoth: detail.can_keep_both ? () => setKeepingBoth(true) : undefined,
  };
  return isPhone ? <Steps {...state} /> : <Columns {...state} />;
}
