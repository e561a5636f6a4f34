// Numbers as people type them, in their own format and in the usual other ones.

/** The number in the text, or none when it is not one. */
export function parseNumber(text: string, locale: string): number | null {
  const { decimal } = separators(locale);
  const plain = text
    .trim()
    .replace(/[\s\u00a0\u202f'’_]/g, "")
    .replace(/^[−–]/, "-");
  const [, sign = "", body = ""] = /^([-+]?)([\d.,]+)$/.exec(plain) ?? [];
  if (!/\d/.test(body)) return null;
  const point = decimalPoint(body, decimal);
  const digits = [...body]
    .map((each, at) => (at === point ? "." : each))
    .filter((each, at) => at === point || /\d/.test(each));
  const value = Number(`${sign}${digits.join("")}`);
  return Number.isFinite(value) ? value : null;
}

/** Which separator begins the fraction: the last one if both kinds stand there; else by the look of the groups. */
function decimalPoint(body: string, decimal: string): number {
  const marks = [...body].flatMap((each, at) => (each === "." || each === "," ? [{ each, at }] : []));
  const last = marks.at(-1);
  if (!last) return -1;
  const alone = marks.filter(({ each }) => each === last.each).length === 1;
  if (!alone) return -1;
  if (marks.length > 1) return last.at;
  if (last.each === decimal) return last.at;
  // The other mark once: groups of three digits are thousands (1,500), anything else a fraction (1,5).
  const isGroup = body.length - last.at === 4 && last.at > 0 && last.at <= 3;
  return isGroup ? -1 : last.at;
}

/** The number as it stands in a box: in the person's format, without groups. */
export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20 }).format(value);
}

function separators(locale: string): { decimal: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return { decimal: parts.find((part) => part.type === "decimal")?.value ?? "." };
}
