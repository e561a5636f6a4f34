// The server refused the change: a value is taken, a record is missing, or its rules say no. Mend it and send it again,
// or give it up (U35, U47).
import { SquareArrowOutUpRight } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import { type ConflictField, call, type FieldError, type Fields, type Resolution } from "@/backend";
import { ButtonLink, errorWords, refusalWords, ValueDiff, ValueText, valueText } from "@/components";
import { FieldInput, sameValue } from "@/features/editor";
import { useTranslation } from "@/i18n";
import type { Deciding } from "../decide/deciding";
import { useKept } from "../decide/kept";
import type { Decision } from "../decide/settle";
import { columnOf, labelOf } from "../words";
import { ChoiceForm, type Way } from "./ChoiceForm";
import { type FormState, nothingFilled } from "./state";

export function RefusedForm(deciding: Deciding) {
  const { detail, table, apply, later } = deciding;
  const { t } = useTranslation("conflicts");
  const [state, setState] = useKept<FormState>(detail, "form", nothingFilled);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const { kind, other_record: other } = detail;
  const fields = detail.fields.filter((field) => columnOf(table, field.column));
  const [field] = fields;
  const column = field && columnOf(table, field.column);
  const target = useTable(column?.kind.type === "reference" ? column.kind.table : "");

  const filled = (each: ConflictField) =>
    each.column in state.typed ? (state.typed[each.column] ?? null) : suggested(detail.kind, each);
  const values: Fields = Object.fromEntries(fields.map((each) => [each.column, filled(each)]));
  const isMended = fields.some((each) => !sameValue(filled(each), each.mine));
  const isMissing = fields.some(
    (each) => columnOf(table, each.column)?.required && sameValue(filled(each), null),
  );
  const obstacle = isMended && !isMissing ? null : t("open.edit");
  const inputs = fields.map((each) => (
    <Input
      key={each.column}
      deciding={deciding}
      field={each}
      value={filled(each)}
      title={state.titles[String(filled(each))] ?? titleOf(each, filled(each))}
      error={errors.find((error) => error.column === each.column)}
      label={
        kind === "parent_missing" && target
          ? t("missing.choose", { table: target.singular })
          : labelOf(table, each.column)
      }
      onType={(value) => {
        setState({ ...state, typed: { ...state.typed, [each.column]: value } });
        setErrors(errors.filter((error) => error.column !== each.column));
      }}
      onPicked={(id, title) => setState((now) => ({ ...now, titles: { ...now.titles, [id]: title } }))}
    />
  ));
  const sent = (
    <>
      <p>{t("send.result")}</p>
      <ChangeList deciding={deciding} fields={fields} values={values} titles={state.titles} />
    </>
  );
  const says = t("apply.done", { title: detail.title });
  const decisions: Record<string, Decision> = {
    edit: { resolution: { kind: "values", fields: values }, typed: values, says },
    clear: { resolution: { kind: "values", fields: { ...values, [field?.column ?? ""]: null } }, says },
    again: { resolution: { kind: "mine" } satisfies Resolution, says },
    restore: {
      resolution: { kind: "mine" },
      first: () => call("record_undelete", { table: other?.table ?? "", id: other?.id ?? "" }),
      says: t("missing.restored", { title: other?.title ?? "" }),
    },
    discard: { resolution: { kind: "theirs" }, says },
  };

  const edit: Way = {
    id: "edit",
    name:
      kind === "unique_taken"
        ? t("taken.edit")
        : kind === "parent_missing" && target
          ? t("missing.choose", { table: target.singular })
          : t("refused.edit"),
    note: kind === "unique_taken" ? t("taken.edit.note") : undefined,
    verb: t("send.verb"),
    body: inputs,
    result: obstacle ? <p className="text-text-3">{t("result.open")}</p> : sent,
  };
  const again: Way = {
    id: "again",
    name: t("refused.again"),
    note: t("refused.again.note"),
    verb: t("send.verb"),
    result: <p>{t("again.result")}</p>,
  };
  const restore: Way = {
    id: "restore",
    name: t("missing.restore", { title: other?.title ?? "" }),
    note: t("missing.restore.note"),
    verb: t("missing.restore.verb"),
    result: <p>{t("missing.restore.result", { title: other?.title ?? "" })}</p>,
  };
  const clear: Way = {
    id: "clear",
    name: t("missing.clear", { field: column?.label ?? "" }),
    verb: t("send.verb"),
    result: (
      <>
        <p>{t("send.result")}</p>
        <ChangeList
          deciding={deciding}
          fields={field ? [field] : []}
          values={{ [field?.column ?? ""]: null }}
          titles={{}}
        />
      </>
    ),
  };
  const discard: Way = {
    id: "discard",
    name: t("discard"),
    note: returns(deciding, fields, t),
    verb: t("discard"),
    result: <p>{t("discard.result")}</p>,
  };
  const ways = [
    ...(kind === "parent_missing" && other?.deleted ? [restore] : []),
    ...(fields.length > 0 ? [edit] : []),
    ...(kind === "parent_missing" && column && !column.required ? [clear] : []),
    ...(kind === "refused" ? [again] : []),
    discard,
  ];
  const way = ways.find((each) => each.id === state.way)?.id ?? null;
  return (
    <ChoiceForm
      {...deciding}
      question={t("deletion.question")}
      ways={ways}
      chosen={way}
      onChoose={(chosen) => setState({ ...state, way: chosen, before: [...state.before, state.way] })}
      onUndo={() =>
        setState({ ...state, way: state.before.at(-1) ?? null, before: state.before.slice(0, -1) })
      }
      obstacle={way === "edit" ? obstacle : null}
      onApply={() => {
        const decision = way && decisions[way];
        if (decision) void apply(decision).then(setErrors);
      }}
    >
      <section className="flex flex-col gap-2 rounded border border-refused-line bg-refused-soft px-3 py-2.5 text-body">
        <p>{reason(deciding, column?.label ?? "", t)}</p>
        {fields.map((each) => {
          const shown = columnOf(table, each.column);
          return (
            shown && (
              <p key={each.column} className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-note text-text-2">{shown.label}</span>
                <ValueDiff
                  column={shown}
                  old={each.theirs}
                  new={each.mine}
                  oldTitle={each.theirs_title}
                  newTitle={each.mine_title ?? (kind === "parent_missing" ? other?.title : null)}
                />
                <span className="text-note text-refused">{wrong(deciding, each)}</span>
              </p>
            )
          );
        })}
        {kind === "unique_taken" && other && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the link inside acts; this only closes the dialog behind it.
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click.
          <div onClick={later}>
            <ButtonLink
              size="small"
              icon={SquareArrowOutUpRight}
              href={paths.record(other.table, other.id)}
              className="max-w-full"
            >
              <span className="truncate">{t("taken.open", { title: other.title })}</span>
            </ButtonLink>
          </div>
        )}
        {detail.refusal && (
          <details className="text-note text-text-2">
            <summary className="w-fit cursor-default rounded-sm py-1">{t("details")}</summary>
            <p className="font-mono break-words">
              {detail.refusal.code}: {detail.refusal.message}
            </p>
          </details>
        )}
      </section>
    </ChoiceForm>
  );
}

type Words = ReturnType<typeof useTranslation<"conflicts">>["t"];

/** A missing record is no value to begin from; any other value is mended from what was sent. */
const suggested = (kind: Deciding["detail"]["kind"], field: ConflictField) =>
  kind === "parent_missing" ? null : field.mine;

const titleOf = (field: ConflictField, value: unknown): string | null =>
  value === field.mine ? field.mine_title : value === field.theirs ? field.theirs_title : null;

function reason({ detail }: Deciding, label: string, t: Words): string {
  const { kind, other_record: other, refusal } = detail;
  if (kind === "unique_taken" && other) return t("taken.by", { title: other.title });
  if (kind === "parent_missing")
    return other ? t("missing.known", { title: other.title }) : t("missing.unknown", { field: label });
  return refusal ? refusalWords(refusal) : t("title.refused");
}

/** What is wrong with one field, in our words where we have them. */
function wrong({ detail, table }: Deciding, field: ConflictField): string {
  const error = detail.refusal?.field_errors.find((each) => each.column === field.column);
  return error ? errorWords(error, columnOf(table, field.column)) : (field.error ?? "");
}

/** What giving up the change brings back. */
function returns({ table }: Deciding, fields: ConflictField[], t: Words): string {
  const [field] = fields;
  const column = field && columnOf(table, field.column);
  const value = column && valueText(column, field.theirs, field.theirs_title);
  return fields.length === 1 && column && value
    ? t("discard.returns", { label: column.label, value })
    : t("discard.note");
}

interface InputProps {
  deciding: Deciding;
  field: ConflictField;
  label: string;
  value: Fields[string];
  title: string | null;
  error: FieldError | undefined;
  onType: (value: Fields[string]) => void;
  onPicked: (id: string, title: string) => void;
}

function Input({ deciding, field, label, value, title, error, onType, onPicked }: InputProps) {
  const column = columnOf(deciding.table, field.column);
  if (!column) return null;
  return (
    <FieldInput
      column={column}
      label={label}
      isRequired={column.required}
      value={value}
      title={title}
      error={error ? errorWords(error, column) : null}
      onChange={onType}
      onPicked={onPicked}
    />
  );
}

interface ChangeListProps {
  deciding: Deciding;
  fields: ConflictField[];
  values: Fields;
  titles: Record<string, string>;
}

/** Field by field what will be saved. */
function ChangeList({ deciding, fields, values, titles }: ChangeListProps) {
  return (
    <dl className="mt-1 flex flex-col gap-1">
      {fields.map((field) => {
        const column = columnOf(deciding.table, field.column);
        const value = values[field.column] ?? null;
        if (!column) return null;
        return (
          <div key={field.column}>
            <dt className="text-note text-text-3">{column.label}</dt>
            <dd className="font-medium">
              <ValueText
                column={column}
                value={value}
                referenceTitle={titles[String(value)] ?? titleOf(field, value)}
                showNone
              />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
