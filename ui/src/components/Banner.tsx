import type { LucideIcon } from "lucide-react";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "@/i18n";
import { IconButton } from "./Button";
import type { Tone } from "./Chip";
import { cx } from "./cx";

const looks: Record<Tone, string> = {
  neutral: "border-line bg-surface-2 text-text",
  accent: "border-accent-line bg-accent-soft text-text",
  waiting: "border-waiting-line bg-waiting-soft text-text",
  conflict: "border-conflict-line bg-conflict-soft text-text",
  refused: "border-refused-line bg-refused-soft text-text",
  added: "border-line bg-added-soft text-text",
};

export interface BannerProps {
  icon: LucideIcon;
  tone?: Tone;
  children: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
}

/** A sentence across a region, with what to do about it. Calm: it does not announce itself. */
export function Banner({ icon: Icon, tone = "neutral", children, actions, onDismiss }: BannerProps) {
  const { t } = useTranslation();
  return (
    <div className={cx("flex items-start gap-x-3 border-b px-4 py-2 text-body", looks[tone])}>
      <Icon aria-hidden className="mt-1.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-48 flex-1 py-1">{children}</div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {onDismiss && (
        <IconButton
          size="small"
          icon={X}
          label={t("dismiss")}
          onPress={onDismiss}
          className="-mr-2 coarse:-mt-1.5"
        />
      )}
    </div>
  );
}
