// A record's state against the server, as icon and word (U2, U5, U8). Synced has neither colour nor icon in lists.
import { ArrowUp, Check, GitMerge, type LucideIcon, OctagonAlert } from "lucide-react";
import type { Mark } from "@/backend";
import { useTranslation } from "@/i18n";
import { inkOf, type Tone } from "./Chip";
import { cx } from "./cx";
import { Tooltip } from "./Tooltip";

export const markIcon: Record<Mark, LucideIcon> = {
  synced: Check,
  waiting: ArrowUp,
  conflict: GitMerge,
  refused: OctagonAlert,
};

export const markTone: Record<Mark, Tone> = {
  synced: "neutral",
  waiting: "waiting",
  conflict: "conflict",
  refused: "refused",
};

export interface SyncMarkProps {
  mark: Mark;
  /** Word beside the icon: the short one, the whole one, or none (then it has a tooltip). */
  words?: "none" | "short" | "full";
  /** Show something for synced too. */
  showSynced?: boolean;
  /** Where a click on it goes. */
  href?: string;
  /** Instead of going there: open it over the present screen. */
  onFollow?: () => void;
  tabIndex?: number;
  /** More for the tooltip: what else there is to know about the record. */
  also?: string | null;
}

export function SyncMark({
  mark,
  words = "none",
  showSynced = false,
  href,
  onFollow,
  tabIndex = 0,
  also,
}: SyncMarkProps) {
  const { t } = useTranslation();
  if (mark === "synced" && !showSynced) return null;
  const Icon = markIcon[mark];
  const look = cx(
    "inline-flex min-h-6 min-w-6 items-center gap-1 text-note font-medium",
    words === "none" && "justify-center",
    inkOf[markTone[mark]],
  );
  const face = <Icon aria-hidden className="size-4 shrink-0" />;
  if (words !== "none") {
    return (
      <span className={look}>
        {face}
        {t(words === "short" ? `mark.${mark}.short` : `mark.${mark}`)}
      </span>
    );
  }
  const tip = t(`mark.${mark}.tip`);
  return (
    <Tooltip tip={also ? `${tip} ${also}` : tip}>
      {href ? (
        <a
          href={href}
          tabIndex={tabIndex}
          aria-label={t(`mark.${mark}`)}
          className={cx(look, "rounded-sm")}
          onClick={(event) => {
            if (!onFollow || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onFollow();
          }}
        >
          {face}
        </a>
      ) : (
        <span
          role="img"
          tabIndex={tabIndex}
          aria-label={t(`mark.${mark}`)}
          className={cx(look, "rounded-sm")}
        >
          {face}
        </span>
      )}
    </Tooltip>
  );
}
