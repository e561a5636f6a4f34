// What a person has chosen and filled in for a conflict that is no matter of fields.
import type { Fields } from "@/backend";

export interface FormState {
  /** The way chosen. */
  way: string | null;
  /** The ways chosen before, for Ctrl+Z. */
  before: (string | null)[];
  /** Values filled in. */
  typed: Fields;
  /** Titles of records picked, by id. */
  titles: Record<string, string>;
}

export const nothingFilled: FormState = { way: null, before: [], typed: {}, titles: {} };
