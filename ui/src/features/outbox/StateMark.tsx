// Where a change stands, as icon and word (U5, U33).
import { ArrowUp, GitMerge, Hourglass, type LucideIcon, OctagonAlert, Send } from "lucide-react";
import type { OutboxState } from "@/backend";
import { cx, inkOf, type Tone } from "@/components";
import { useTranslation } from "@/i18n";

const looks: Record<OutboxState, { icon: LucideIcon; tone: Tone }> = {
  waiting: { icon: ArrowUp, tone: "waiting" },
  sending: { icon: Send, tone: "accent" },
  refused: { icon: OctagonAlert, tone: "refused" },
  conflict: { icon: GitMerge, tone: "conflict" },
  blocked: { icon: Hourglass, tone: "neutral" },
};

export function StateMark({ state, note }: { state: OutboxState; note: string }) {
  const { t } = useTranslation("outbox");
  const { icon: Icon, tone } = looks[state];
  return (
    <span className="flex flex-wrap items-center gap-x-1.5 text-note">
      <span className={cx("inline-flex items-center gap-1.5 font-medium", inkOf[tone])}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {t(`state.${state}`)}
      </span>
      <span className="text-text-3">{note}</span>
    </span>
  );
}
