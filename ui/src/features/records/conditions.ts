// Conditions in words: which comparisons fit a column, and how one reads.
import type { Column, Condition, Operator, Table } from "@/backend";
import { valueText } from "@/components";
import { i18next } from "@/i18n";

export function operatorsFor({ kind }: Column): Operator[] {
  switch (kind.type) {
    case "text":
    case "long_text":
    case "link":
      return ["contains", "is", "is_not", "is_empty", "is_not_empty"];
    case "integer":
    case "real":
    case "date":
    case "date_time":
      return ["is", "less", "greater", "is_empty", "is_not_empty"];
    case "location":
      return ["is_empty", "is_not_empty"];
    case "boolean":
      return ["is", "is_not"];
    default:
      return ["is", "is_not", "is_empty", "is_not_empty"];
  }
}

export const needsValue = (operator: Operator) => operator !== "is_empty" && operator !== "is_not_empty";

export function operatorWords({ kind }: Column, operator: Operator): string {
  const t = i18next.getFixedT(null, "records");
  const isMoment = kind.type === "date" || kind.type === "date_time";
  if (isMoment && operator === "less") return t("op.before");
  if (isMoment && operator === "greater") return t("op.after");
  if (kind.type === "multi_choice" && operator === "is") return t("op.has");
  if (kind.type === "multi_choice" && operator === "is_not") return t("op.has_not");
  return t(`op.${operator}`);
}

/** "Elevation greater than 1,000 ft" */
export function conditionWords(table: Table, condition: Condition, referenceTitle?: string): string {
  const column = table.columns.find((each) => each.name === condition.column);
  if (!column) return condition.column;
  const value = needsValue(condition.operator) ? valueText(column, condition.value, referenceTitle) : "";
  return [column.label, operatorWords(column, condition.operator), value].filter(Boolean).join(" ");
}

/** A condition that says something: its value is there if it needs one. */
export const isWhole = ({ operator, value }: Condition) =>
  !needsValue(operator) || (value !== null && value !== "");
