// Which value a person chose for each colliding field, and what follows from it: the result, what is still open, and
// whether theirs moved on since (U45, U49). Each change of mind can be taken back (U46).
import type { ConflictField, Fields, FieldValue } from "@/backend";
import { sameValue } from "@/features/editor";

/** `own`: a value that the person types. */
export type Side = "base" | "mine" | "theirs" | "both" | "own";

export interface Decision {
  side: Side;
  /** Theirs when it was decided. */
  theirs: FieldValue;
  /** The typed value; it stays while another side is tried. */
  own?: FieldValue;
}

export type Decisions = Record<string, Decision>;

/** The decisions of one conflict, with those before them for Ctrl+Z. */
export interface Choosing {
  now: Decisions;
  before: Decisions[];
}

export const nothingChosen: Choosing = { now: {}, before: [] };

/** How many steps back are kept. */
const STEPS = 100;

const step = (choosing: Choosing, now: Decisions): Choosing => ({
  now,
  before: [...choosing.before, choosing.now].slice(-STEPS),
});

/** Whether a side has a value to choose: *Both* only where both changes fit into one. */
export const offers = (field: ConflictField, side: Side): boolean => side !== "both" || field.both !== null;

const decided = (decisions: Decisions, field: ConflictField, side: Side): Decisions => ({
  ...decisions,
  [field.column]: { ...decisions[field.column], side, theirs: field.theirs },
});

export function decide(choosing: Choosing, field: ConflictField, side: Side): Choosing {
  if (!offers(field, side) || decisionFor(choosing.now, field) === side) return choosing;
  return step(choosing, decided(choosing.now, field, side));
}

export const decideAll = (choosing: Choosing, fields: ConflictField[], side: Side): Choosing =>
  step(
    choosing,
    fields.reduce<Decisions>((all, field) => decided(all, field, side), choosing.now),
  );

/** The person typed a value of their own. Letters of one value are not steps of their own. */
export function typeOwn(choosing: Choosing, field: ConflictField, own: FieldValue): Choosing {
  const now = { ...choosing.now, [field.column]: { side: "own" as const, theirs: field.theirs, own } };
  return decisionFor(choosing.now, field) === "own" ? { ...choosing, now } : step(choosing, now);
}

/** Takes the latest choice back. */
export function undoChoice(choosing: Choosing): Choosing {
  const now = choosing.before.at(-1);
  return now ? { now, before: choosing.before.slice(0, -1) } : choosing;
}

/** The typed value; it starts from what would be saved now, else from what this device has. */
export function ownValue(decisions: Decisions, field: ConflictField): FieldValue {
  const decision = decisions[field.column];
  if (decision?.own !== undefined) return decision.own;
  return field.mine;
}

/** The decision, unless theirs moved on since. */
export function decisionFor(decisions: Decisions, field: ConflictField): Side | null {
  const decision = decisions[field.column];
  if (!decision || !sameValue(decision.theirs, field.theirs) || !offers(field, decision.side)) return null;
  return decision.side;
}

/** Theirs changed again after a decision: it has to be made once more. */
export const movedOn = (decisions: Decisions, field: ConflictField): boolean =>
  field.column in decisions && decisionFor(decisions, field) === null;

export const undecided = (decisions: Decisions, fields: ConflictField[]): ConflictField[] =>
  fields.filter((field) => decisionFor(decisions, field) === null);

/** Exactly what will be saved in this field; undefined while it is open. */
export function resultOf(decisions: Decisions, field: ConflictField): FieldValue | undefined {
  const side = decisionFor(decisions, field);
  if (side === null) return undefined;
  return side === "own" ? ownValue(decisions, field) : field[side];
}

/** The typed values that were decided for: they have to fit the rules. */
export const ownValues = (decisions: Decisions, fields: ConflictField[]): Fields =>
  Object.fromEntries(
    fields
      .filter((field) => decisionFor(decisions, field) === "own")
      .map((field) => [field.column, ownValue(decisions, field)]),
  );

/** One value for every field, once all are decided. */
export function resultsOf(decisions: Decisions, fields: ConflictField[]): Fields | null {
  const values: Fields = {};
  for (const field of fields) {
    const value = resultOf(decisions, field);
    if (value === undefined) return null;
    values[field.column] = value;
  }
  return values;
}

/** The fields whose other side is not what it was: they changed it again. */
export const changedAgain = (shown: ConflictField[], now: ConflictField[]): string[] =>
  now
    .filter((field) => {
      const was = shown.find((each) => each.column === field.column);
      return !was || !sameValue(was.theirs, field.theirs);
    })
    .map((field) => field.column);
