// Whether two values are the same to a person: no value, empty text and an empty list are one.
import type { FieldValue } from "@/backend";

const isEmpty = (value: FieldValue | undefined) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

export function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, at) => each === b[at]);
  if (typeof a === "object" && typeof b === "object" && a && b && "lat" in a && "lat" in b) {
    return a.lat === b.lat && a.lon === b.lon;
  }
  return a === b;
}

/** The map without these names. */
export function without<T>(map: Record<string, T>, names: string[]): Record<string, T> {
  const left = { ...map };
  for (const name of names) delete left[name];
  return left;
}
