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
    <div
      className={cx("flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 text-body", looks[tone])}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="min-w-48 flex-1">{children}</div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      {onDismiss && <IconButton size="small" icon={X} label={t("dismiss")} onPress={onDismiss} />}
    </div>
  );
}
