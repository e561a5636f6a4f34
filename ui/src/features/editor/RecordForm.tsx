// The fields of a record, two side by side where there is room.
import type { Column, PendingField, RemoteField, Table } from "@/backend";
import { useTranslation } from "@/i18n";
import { Field, type FieldActions } from "./fields/Field";
import { sameValue } from "./session/same";
import { type EditState, shownValue } from "./session/state";

/** Kinds that need the whole width where two stand side by side. */
const WIDE = new Set(["long_text", "multi_choice", "link", "location"]);

export interface RecordFormProps {
  table: Table;
  state: EditState;
  actions: FieldActions;
  pending: PendingField[];
  updated: RemoteField[];
  referenceTitles: Record<string, string>;
  autoFocus?: boolean;
  /** Columns whose errors are not shown yet: nobody has been there. */
  quiet?: (column: string) => boolean;
}

export function RecordForm({
  table,
  state,
  actions,
  pending,
  updated,
  referenceTitles,
  autoFocus,
  quiet,
}: RecordFormProps) {
  const { t } = useTranslation("editor");
  const first = table.columns.find((column) => !column.read_only)?.name;
  const titleOf = (column: Column) =>
    sameValue(shownValue(state, column.name), state.saved[column.name])
      ? (referenceTitles[column.name] ?? null)
      : null;
  return (
    <section aria-label={t("fields")} className="@container">
      <div className="grid grid-cols-1 items-start gap-x-5 gap-y-4 @min-[36rem]:grid-cols-2">
        {table.columns.map((column) => {
          const { name } = column;
          const error = state.errors[name] ?? null;
          const isQuiet = quiet?.(name) ?? false;
          return (
            <Field
              key={name}
              column={column}
              actions={actions}
              isWide={name === table.title || WIDE.has(column.kind.type)}
              autoFocus={autoFocus && name === first}
              state={{
                value: shownValue(state, name),
                title: titleOf(column),
                error: isQuiet ? null : error,
                isDraft: error !== null && name in state.typed && !quiet,
                pending: pending.find((field) => field.column === name) ?? null,
                remote: state.gone ? null : (state.remote[name] ?? null),
                theirs: state.saved[name] ?? null,
                updated: updated.find((field) => field.column === name)?.who_when ?? null,
              }}
            />
          );
        })}
      </div>
    </section>
  );
}
