// Beside the title: where the record stands, in words (U2, U15).
import { ArrowUp, PencilLine } from "lucide-react";
import { useEffect, useRef } from "react";
import { announce } from "@/app/announce";
import type { RecordDetail } from "@/backend";
import { SyncMark, useNow } from "@/components";
import { formatTime, formatWhen, useTranslation } from "@/i18n";
import type { EditState } from "./session/state";
import { toSave } from "./session/state";

/** Says to screen readers that a change is saved; not at each key (U78). */
function useSpokenSaves(savedAt: number | null): void {
  const { t } = useTranslation("editor");
  const last = useRef(savedAt);
  useEffect(() => {
    if (savedAt === last.current) return;
    last.current = savedAt;
    if (savedAt !== null) {
      announce(t("state.saved", { when: formatTime(savedAt) }), { topic: "saved", every: 15_000 });
    }
  }, [savedAt, t]);
}

export function SaveState({ detail, state }: { detail: RecordDetail; state: EditState }) {
  const { t } = useTranslation("editor");
  const now = useNow();
  useSpokenSaves(detail.saved_at);
  const isDraft = Object.keys(state.errors).length > 0 || state.restoredAt !== null;
  const isTyping = state.sending || (state.touched && Object.keys(toSave(state)).length > 0 && !isDraft);
  if (detail.deleted) return <span>{t("state.deleted")}</span>;
  if (state.failure) return <span className="font-medium text-refused">{t("state.failed")}</span>;
  if (isTyping) return <span>{t("state.saving")}</span>;
  if (detail.mark === "conflict" || detail.mark === "refused")
    return <SyncMark mark={detail.mark} words="short" />;
  if (isDraft) {
    return (
      <span className="inline-flex items-center gap-1 font-medium text-waiting">
        <PencilLine aria-hidden className="size-3.5" />
        {t("state.draft")}
      </span>
    );
  }
  if (detail.mark === "waiting") {
    return (
      <span className="inline-flex items-center gap-1 text-waiting">
        <ArrowUp aria-hidden className="size-3.5" />
        {t("state.saved", { when: formatWhen(detail.saved_at ?? detail.updated_at, now) })}
      </span>
    );
  }
  return <span>{t("state.synced")}</span>;
}
