// One field of the form: its input, the dot, what is wrong with it, and what came from elsewhere.
import { useState } from "react";
import type { Column, FieldError, FieldValue, PendingField, WhoWhen } from "@/backend";
import { Badge, errorWords, useNow } from "@/components";
import { formatWhen, useTranslation } from "@/i18n";
import type { RemoteChange } from "../session/state";
import { FieldDot } from "./FieldDot";
import { FieldInput } from "./FieldInput";
import { ReadOnlyField } from "./ReadOnlyField";
import { RemoteBar } from "./RemoteBar";

export interface FieldState {
  value: FieldValue;
  /** Title of the referenced record. */
  title: string | null;
  /** The value is typed and not saved, and can't be. */
  isDraft: boolean;
  error: FieldError | null;
  pending: PendingField | null;
  remote: RemoteChange | null;
  /** What someone else's value is, when `remote` is set. */
  theirs: FieldValue;
  /** Changed by someone else since this person last opened the record. */
  updated: WhoWhen | null;
}

export interface FieldActions {
  type: (column: string, value: FieldValue) => void;
  focus: (column: string) => void;
  blur: (column: string) => void;
  undo: (column: Column) => void;
  takeTheirs: (column: string) => void;
  keepMine: (column: string) => void;
}

export interface FieldViewProps {
  column: Column;
  state: FieldState;
  actions: FieldActions;
  autoFocus?: boolean;
  /** It needs the whole width where two stand side by side. */
  isWide: boolean;
}

export function Field({ column, state, actions, autoFocus, isWide }: FieldViewProps) {
  // A record just picked has a title that the record's detail does not tell yet.
  const [picked, setPicked] = useState<{ value: FieldValue; title: string } | null>(null);
  const now = useNow();
  const { t } = useTranslation("editor");
  const { t: common } = useTranslation();
  const title = picked && picked.value === state.value ? picked.title : state.title;
  if (column.read_only) return <ReadOnlyField column={column} value={state.value} title={title} />;
  const pendingDot = state.pending && !state.isDraft && (
    <FieldDot column={column} pending={state.pending} onUndo={() => actions.undo(column)} />
  );
  return (
    <div
      data-column={column.name}
      className={
        isWide ? "flex min-w-0 flex-col gap-1.5 @min-[36rem]:col-span-2" : "flex min-w-0 flex-col gap-1.5"
      }
    >
      <FieldInput
        column={column}
        label={column.label}
        isRequired={column.required}
        autoFocus={autoFocus}
        value={state.value}
        title={title}
        error={state.error ? errorWords(state.error, column) : null}
        aside={
          <>
            {pendingDot}
            {state.isDraft && <Badge tone="waiting">{t("field.draft")}</Badge>}
            {state.updated && !state.remote && (
              <span className="truncate text-note text-text-3">
                {t("field.updated", {
                  who: common("who.when", {
                    who: state.updated.who || common("who.someone"),
                    when: formatWhen(state.updated.at, now),
                  }),
                })}
              </span>
            )}
          </>
        }
        onChange={(value) => actions.type(column.name, value)}
        onPicked={(id, name) => setPicked({ value: id, title: name })}
        onFocus={() => actions.focus(column.name)}
        onBlur={() => actions.blur(column.name)}
      />
      {state.remote && (
        <RemoteBar
          column={column}
          value={state.theirs}
          change={state.remote}
          onTheirs={() => actions.takeTheirs(column.name)}
          onMine={() => actions.keepMine(column.name)}
        />
      )}
    </div>
  );
}
