// What every form of the dialog is given: the conflict, and the ways on.
import type { ConflictDetail, FieldError, Table } from "@/backend";
import type { Decision } from "./settle";

export interface Deciding {
  table: Table;
  detail: ConflictDetail;
  /** What is shown is not the latest: refresh before applying. */
  isStale: boolean;
  isBusy: boolean;
  /** Settles it and goes on; returns what is wrong with typed values. */
  apply: (decision: Decision) => Promise<FieldError[]>;
  /** Closes; the choices are kept. */
  later: () => void;
  /** Goes to the next conflict, if there is another. */
  next: (() => void) | null;
}
