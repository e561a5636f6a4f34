// One field of the form: its input, the dot, what is wrong with it, and what came from elsewhere.
import { History } from "lucide-react";
import { useState } from "react";
import type { Column, FieldError, FieldValue, PendingField, WhoWhen } from "@/backend";
import { Badge, cx, errorWords, Tooltip, useNow } from "@/components";
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
  /** Shows what happened to the field; a record that is being begun has no history. */
  history?: (column: string) => void;
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
  const [hasFocus, setFocus] = useState(false);
  const now = useNow();
  const { t } = useTranslation("editor");
  const { t: common } = useTranslation();
  const title = picked && picked.value === state.value ? picked.title : state.title;
  if (column.read_only) return <ReadOnlyField column={column} value={state.value} title={title} />;
  const pendingDot = state.pending && !state.isDraft && (
    <FieldDot column={column} pending={state.pending} onUndo={() => actions.undo(column)} />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears whether the focus is somewhere within.
    <div
      data-column={column.name}
      onFocus={() => setFocus(true)}
      onBlur={(event) => setFocus(event.currentTarget.contains(event.relatedTarget))}
      className={cx("group/field flex min-w-0 flex-col gap-1.5", isWide && "@min-[36rem]:col-span-2")}
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
            {/* Within reach of Shift+Tab while the field is edited; filling in a form by Tab never meets it. */}
            {actions.history && (
              <HistoryButton
                label={t("field.history", { label: column.label })}
                isShown={hasFocus}
                onPress={() => actions.history?.(column.name)}
              />
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

/** A plain button: within a Select or a ComboBox the usual one would be taken for the one that opens it. */
function HistoryButton({
  label,
  isShown,
  onPress,
}: {
  label: string;
  isShown: boolean;
  onPress: () => void;
}) {
  return (
    <Tooltip tip={label}>
      <button
        type="button"
        aria-label={label}
        tabIndex={isShown ? 0 : -1}
        onClick={onPress}
        className={cx(
          "-my-1 ml-auto inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-text-3 group-hover/field:opacity-100 hover:text-accent focus-visible:opacity-100 coarse:-my-3 coarse:size-11",
          !isShown && "opacity-0",
        )}
      >
        <History aria-hidden className="size-3.5" />
      </button>
    </Tooltip>
  );
}
