// The open record waits for a decision: what collided, and the way to decide. It stays usable meanwhile (U38, U48).
import { GitMerge } from "lucide-react";
import { decideConflict } from "@/app/decide";
import type { RecordConflict, RecordDetail } from "@/backend";
import { Button } from "@/components";
import { formatCount, useTranslation } from "@/i18n";

export interface ConflictPanelProps {
  detail: RecordDetail;
  conflict: RecordConflict;
}

export function ConflictPanel({ detail, conflict }: ConflictPanelProps) {
  const { t } = useTranslation("conflicts");
  const { t: tCommon } = useTranslation();
  return (
    <section
      id="conflict"
      aria-label={tCommon("mark.conflict")}
      className="flex flex-wrap items-center gap-3 rounded border border-conflict-line bg-conflict-soft px-4 py-3"
    >
      <GitMerge aria-hidden className="size-4 shrink-0 text-conflict" />
      <p className="min-w-48 flex-1 text-body">{words(conflict, t)}</p>
      <Button look="primary" onPress={() => decideConflict(detail)}>
        {t("banner.decide")}
      </Button>
    </section>
  );
}

function words(
  { kind, columns, theirs }: RecordConflict,
  t: ReturnType<typeof useTranslation<"conflicts">>["t"],
): string {
  const who = theirs.who || t("someone");
  switch (kind) {
    case "fields":
      return t("banner.fields", { count: columns.length, n: formatCount(columns.length), who });
    case "edited_here_deleted_there":
    case "deleted_here_edited_there":
    case "inserted_twice":
      return t(`banner.${kind}`, { who });
    default:
      return t("banner.other");
  }
}
