// Which value a person chose for each colliding field, and whether theirs moved on meanwhile (U45, U49).
import type { ConflictField, Fields, Resolution } from "@/backend";
import { sameValue } from "../session/same";

export type Side = "mine" | "theirs" | "base";

export interface Decision {
  side: Side;
  /** Theirs when it was decided. */
  theirs: ConflictField["theirs"];
}

export type Decisions = Record<string, Decision>;

export const decide = (decisions: Decisions, field: ConflictField, side: Side): Decisions => ({
  ...decisions,
  [field.column]: { side, theirs: field.theirs },
});

export const decideAll = (fields: ConflictField[], side: Side): Decisions =>
  fields.reduce<Decisions>((all, field) => decide(all, field, side), {});

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

/** What to ask of the client once every field is decided. */
export function resolutionOf(decisions: Decisions, fields: ConflictField[]): Resolution | null {
  if (undecided(decisions, fields).length > 0) return null;
  const values: Fields = {};
  for (const field of fields) values[field.column] = field[decisionFor(decisions, field) ?? "mine"];
  return { kind: "values", fields: values };
}
