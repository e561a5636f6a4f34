// Settles a conflict: typed values are checked first, then the decision is saved as one undoable action (U51).
import { announce } from "@/app/announce";
import { undoable } from "@/app/undo";
import {
  type ActionDone,
  CommandFailed,
  type ConflictDetail,
  call,
  type FieldError,
  type Fields,
  type Resolution,
} from "@/backend";
import { forgetChoices } from "./kept";

export type Outcome =
  | { kind: "done" }
  /** Typed values break rules. */
  | { kind: "invalid"; errors: FieldError[] }
  /** Theirs is newer than what was shown. */
  | { kind: "moved" }
  | { kind: "failed"; reason: unknown };

export interface Decision {
  resolution: Resolution;
  /** Values that the person typed. */
  typed?: Fields;
  /** What the message says when it is done. */
  says: string;
  /** Done first: restoring the record that is missing. */
  first?: () => Promise<ActionDone>;
}

export async function settle(detail: ConflictDetail, decision: Decision): Promise<Outcome> {
  const { table, id, revision } = detail;
  const { resolution, typed = {}, says, first } = decision;
  try {
    if (Object.keys(typed).length > 0) {
      const { errors } = await call("record_validate", { table, id, fields: typed });
      const wrong = errors.filter((error) => error.column in typed);
      if (wrong.length > 0) return { kind: "invalid", errors: wrong };
    }
    const before = first ? await first() : null;
    const done = await call("conflict_resolve", {
      table,
      id,
      // Restoring the missing record has moved the conflict on; the person has decided on both.
      revision: before ? null : revision,
      resolution,
    });
    forgetChoices(detail);
    undoable(done, says, before ?? undefined);
    announce(says);
    return { kind: "done" };
  } catch (reason) {
    if (reason instanceof CommandFailed) {
      if (reason.code === "theirs_moved") return { kind: "moved" };
      if (reason.code === "invalid" && reason.fieldErrors.length > 0)
        return { kind: "invalid", errors: reason.fieldErrors };
    }
    return { kind: "failed", reason };
  }
}
