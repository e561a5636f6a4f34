// What went wrong, in words: a value against a rule, a change that the server refused, a command that failed.
import { type Column, CommandFailed, type FieldError, type Refusal } from "@/backend";
import { formatCount, formatDay, formatNumber, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "errors");

/** What is wrong with a value: from the rule it breaks and the column. */
export function errorWords(error: FieldError, column: Column | undefined): string {
  const { rule } = error;
  const kind = column?.kind.type;
  switch (rule.name) {
    case "required":
      return t(
        kind === "choice" || kind === "boolean" || kind === "multi_choice"
          ? "rule.required.choice"
          : "rule.required",
      );
    case "kind":
      return kindWords(column);
    case "min":
    case "max":
      return kind === "date"
        ? t(`rule.${rule.name}.date`, { limit: formatDay(rule.limit) })
        : t(`rule.${rule.name}`, { limit: withUnit(column, rule.limit) });
    case "min_length":
    case "max_length":
      return t(`rule.${rule.name}`, { count: rule.limit, n: formatCount(rule.limit) });
    case "pattern":
      return rule.hint ? sentence(rule.hint) : t("rule.pattern");
    default:
      return t(`rule.${rule.name}`);
  }
}

function kindWords(column: Column | undefined): string {
  switch (column?.kind.type) {
    case "integer":
    case "real":
    case "date":
    case "date_time":
    case "link":
    case "location":
      return t(`rule.kind.${column.kind.type}`);
    default:
      return t("rule.kind");
  }
}

function withUnit(column: Column | undefined, limit: string): string {
  const number = Number(limit);
  const unit = column?.kind.type === "integer" || column?.kind.type === "real" ? column.kind.unit : null;
  const shown = Number.isFinite(number) && limit.trim() !== "" ? formatNumber(number) : limit;
  return unit ? `${shown} ${unit}` : shown;
}

/** The schema's own words, as a sentence. */
const sentence = (hint: string) =>
  `${hint.charAt(0).toLocaleUpperCase()}${hint.slice(1).replace(/\.$/, "")}.`;

const refusals = [
  "invalid",
  "unknown_table",
  "not_unique",
  "parent_missing",
  "no_such_record",
  "too_large",
] as const;

/** Why the server refused: in our words for the codes that we know, else in the server's. */
export function refusalWords(refusal: Refusal): string {
  const code = refusals.find((each) => each === refusal.code);
  return code ? t(`refusal.${code}`) : refusal.message;
}

/** A command's failure in one line: what happened and what to do. */
export function failureWords(reason: unknown): string {
  const code = reason instanceof CommandFailed ? reason.code : "internal";
  return `${t(`${code}.what`)} ${t(`${code}.do`)}`;
}
