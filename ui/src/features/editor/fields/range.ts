// The limits of a number, said before anything is wrong.
import type { Column } from "@/backend";
import { formatNumber, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "editor");

export function rangeWords({ kind }: Column): string | null {
  if (kind.type !== "integer" && kind.type !== "real") return null;
  const { min, max } = kind;
  if (min !== null && max !== null)
    return t("number.range", { min: formatNumber(min), max: formatNumber(max) });
  if (min !== null) return t("number.from", { min: formatNumber(min) });
  if (max !== null) return t("number.to", { max: formatNumber(max) });
  return null;
}
