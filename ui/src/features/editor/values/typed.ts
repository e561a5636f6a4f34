// Between a column's value and the text in its box. Text that is not a value of the column's kind stays as text: it is
// kept as a draft, and validation says what is wrong with it.
import type { ColumnKind, FieldValue } from "@/backend";
import { numberText, parseNumber } from "./number";
import { parsePlace, placeText } from "./place";

/** The text that stands for a value. */
export function toText(kind: ColumnKind, value: FieldValue, locale: string): string {
  if (value === null) return "";
  if (typeof value === "number") return numberText(value, locale);
  if (typeof value === "object" && "lat" in value) return placeText(value);
  return kind.type === "text" || kind.type === "long_text" ? String(value) : String(value).trim();
}

/** The value that a text stands for. */
export function fromText(kind: ColumnKind, text: string, locale: string): FieldValue {
  if (text.trim() === "") return null;
  switch (kind.type) {
    case "integer":
    case "real":
      return parseNumber(text, locale) ?? text;
    case "location":
      return parsePlace(text) ?? text;
    case "link":
      return text.trim();
    default:
      return text;
  }
}

/** The address to open for a link, or none when the value is not one that may be opened. */
export function openable(value: FieldValue): string | null {
  if (typeof value !== "string") return null;
  try {
    const url = new URL(value);
    return ["https:", "http:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null; // Not an address: validation says so.
  }
}
