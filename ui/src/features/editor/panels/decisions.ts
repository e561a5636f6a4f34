// Which value a person chose for each colliding field, and whether theirs moved on meanwhile (U45, U49).
import type { ConflictField, Fields, FieldValue, Resolution } from "@/backend";
import { sameValue } from "../session/same";

/** `own`: a value that the person types. */
export type Side = "mine" | "theirs" | "base" | "own";

export interface Decision {
  side: Side;
  /** Theirs when it was decided. */
  theirs: ConflictField["theirs"];
  /** The typed value; it stays while another side is tried. */
  own?: FieldValue;
}

export type Decisions = Record<string, Decision>;

export const decide = (decisions: Decisions, field: ConflictField, side: Side): Decisions => ({
  ...decisions,
  [field.column]: { ...decisions[field.column], side, theirs: field.theirs },
});

/** The person typed a value of their own. */
export const typeOwn = (decisions: Decisions, field: ConflictField, own: FieldValue): Decisions => ({
  ...decisions,
  [field.column]: { side: "own", theirs: field.theirs, own },
});

/** The typed value; it starts from what this device has. */
export const ownValue = (decisions: Decisions, field: ConflictField): FieldValue => {
  const own = decisions[field.column]?.own;
  return own === undefined ? field.mine : own;
};

export const decideAll = (decisions: Decisions, fields: ConflictField[], side: Side): Decisions =>
  fields.reduce<Decisions>((all, field) => decide(all, field, side), decisions);

/** The decision, unless theirs moved on since. */
export function decisionFor(decisions: Decisions, field: ConflictField): Side | null {
  const decision = decisions[field.column];
  return decision && sameValue(decision.theirs, field.theirs) ? decision.side : null;
}

/** Theirs changed again after a decision: it has to be made once more. */
export const movedOn = (decisions: Decisions, field: ConflictField): boolean =>
  field.column in decisions && decisionFor(decisions, field) === null;

export const undecided = (decisions: Decisions, fields: ConflictField[]): ConflictField[] =>
  fields.filter((field) => decisionFor(decisions, field) === null);

/** The typed values that were decided for: they have to fit the rules. */
export const ownValues = (decisions: Decisions, fields: ConflictField[]): Fields =>
  Object.fromEntries(
    fields
      .filter((field) => decisionFor(decisions, field) === "own")
      .map((field) => [field.column, ownValue(decisions, field)]),
  );

/** What to ask of the client once every field is decided. */
export function resolutionOf(decisions: Decisions, fields: ConflictField[]): Resolution | null {
  if (undecided(decisions, fields).length > 0) return null;
  const values: Fields = {};
  for (const field of fields) {
    const side = decisionFor(decisions, field) ?? "mine";
    values[field.column] = side === "own" ? ownValue(decisions, field) : field[side];
  }
  return { kind: "values", fields: values };
}
