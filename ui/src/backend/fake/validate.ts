// The fake's share of validation: enough of the rules to try forms with. The real rules live in Rust.
import type { Column, FieldError, Fields, FieldValue, Rule, Table } from "../bindings";
import type { FakeState } from "./index";

/** The rules that these values of a record break, among the other records of its table. */
export const brokenRules = (state: FakeState, table: string, id: string, fields: Fields): FieldError[] =>
  validate(state.table(table), fields, (column, value) =>
    [...state.rows.values()].some(
      (row) => row.table === table && row.id !== id && !row.deleted && row.fields[column] === value,
    ),
  );

function validate(
  table: Table,
  fields: Fields,
  taken: (column: string, value: FieldValue) => boolean,
): FieldError[] {
  return table.columns.flatMap((column) => {
    if (!(column.name in fields)) return [];
    const value = fields[column.name] ?? null;
    const broken =
      rule(column, value) ??
      (column.unique && value !== null && taken(column.name, value) ? { name: "unique" as const } : null);
    if (!broken) return [];
    return [
      {
        table: table.name,
        column: column.name,
        kind: column.kind.type,
        rule: broken,
        message: words[broken.name],
      },
    ];
  });
}

function rule({ kind, required }: Column, value: FieldValue): Rule | null {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0))
    return required ? { name: "required" } : null;
  switch (kind.type) {
    case "text":
      if (typeof value !== "string") return { name: "kind" };
      if (kind.min_length !== null && value.length < kind.min_length)
        return { name: "min_length", limit: kind.min_length };
      if (kind.max_length !== null && value.length > kind.max_length)
        return { name: "max_length", limit: kind.max_length };
      if (kind.pattern && !new RegExp(`^(?:${kind.pattern})$`, "u").test(value))
        return { name: "pattern", hint: kind.pattern_hint };
      return null;
    case "long_text":
      return typeof value === "string" && kind.max_length !== null && value.length > kind.max_length
        ? { name: "max_length", limit: kind.max_length }
        : null;
    case "integer":
    case "real":
      if (typeof value !== "number" || (kind.type === "integer" && !Number.isInteger(value)))
        return { name: "kind" };
      if (kind.min !== null && value < kind.min) return { name: "min", limit: String(kind.min) };
      if (kind.max !== null && value > kind.max) return { name: "max", limit: String(kind.max) };
      return null;
    case "link":
      return typeof value === "string" && /^(https?:|mailto:|tel:)/.test(value) ? null : { name: "kind" };
    case "choice":
      return kind.choices.some((choice) => choice.value === value) ? null : { name: "choices" };
    default:
      return null;
  }
}

const words: Record<Rule["name"], string> = {
  required: "Enter a value.",
  kind: "This is not the right kind of value.",
  min: "This is too small.",
  max: "This is too large.",
  min_length: "This is too short.",
  max_length: "This is too long.",
  pattern: "This does not have the right form.",
  choices: "Choose one of the list.",
  unique: "Another record has this value.",
  reference: "There is no such record.",
  read_only: "This can't be changed.",
  unknown_column: "There is no such field.",
};
