// The conflict as it was when the person began to decide. What changes meanwhile is told, never swapped under their
// hand (U49).
import { useState } from "react";
import { type CommandFailed, type ConflictDetail, type RecordRef, useRead } from "@/backend";
import { sameValue } from "@/features/editor";
import { changedAgain } from "./decisions";

export interface Watched {
  /** What is decided on; none while it is being read. */
  detail: ConflictDetail | null;
  /** Newer than what is shown: the columns that they changed again. */
  news: { columns: string[]; detail: ConflictDetail } | null;
  /** Settled elsewhere meanwhile. */
  isGone: boolean;
  error: CommandFailed | null;
  refresh: () => void;
  retry: () => void;
}

export function useConflict({ table, id }: RecordRef): Watched {
  const { data, error, isFetching, refetch } = useRead("conflict_get", { table, id });
  const [shown, setShown] = useState<ConflictDetail | null>(null);
  // What is kept from an earlier look may be old: begin with what the client says now.
  const isFresh = data && (shown !== null || !isFetching);
  if (isFresh && (!shown || (data.revision !== shown.revision && isSameQuestion(shown, data))))
    setShown(data);
  const news =
    data && shown && data.revision !== shown.revision && !isSameQuestion(shown, data)
      ? { columns: changedAgain(shown.fields, data.fields), detail: data }
      : null;
  return {
    detail: shown,
    news,
    isGone: error?.code === "not_found",
    error: shown ? null : error,
    refresh: () => {
      if (data) setShown(data);
      void refetch();
    },
    retry: () => void refetch(),
  };
}

/** Nothing that a person sees differs. */
function isSameQuestion(a: ConflictDetail, b: ConflictDetail): boolean {
  return (
    a.kind === b.kind &&
    a.fields.length === b.fields.length &&
    a.fields.every((field, at) => {
      const other = b.fields[at];
      return (
        other !== undefined &&
        field.column === other.column &&
        sameValue(field.base, other.base) &&
        sameValue(field.mine, other.mine) &&
        sameValue(field.theirs, other.theirs)
      );
    }) &&
    a.others.length === b.others.length &&
    a.others.every((field, at) => sameValue(field.value, b.others[at]?.value))
  );
}
