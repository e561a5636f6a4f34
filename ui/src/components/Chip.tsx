// A chip: a filter that is on or off. A Badge: a small count or word.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components";
import { cx } from "./cx";

export type Tone = "neutral" | "accent" | "waiting" | "conflict" | "refused" | "added";

const on: Record<Tone, string> = {
  neutral: "selected:border-line-strong selected:bg-surface-3 selected:text-text",
  accent: "selected:border-accent-line selected:bg-accent-soft selected:text-accent",
  waiting: "selected:border-waiting-line selected:bg-waiting-soft selected:text-waiting",
  conflict: "selected:border-conflict-line selected:bg-conflict-soft selected:text-conflict",
  refused: "selected:border-refused-line selected:bg-refused-soft selected:text-refused",
  added: "selected:border-line-strong selected:bg-added-soft selected:text-added",
};

export const inkOf: Record<Tone, string> = {
  neutral: "text-text-2",
  accent: "text-accent",
  waiting: "text-waiting",
  conflict: "text-conflict",
  refused: "text-refused",
  added: "text-added",
};

export interface ChipProps {
  children: ReactNode;
  isSelected: boolean;
  onChange: (on: boolean) => void;
  count?: string;
  icon?: LucideIcon;
  tone?: Tone;
  isDisabled?: boolean;
}

export function Chip({
  children,
  isSelected,
  onChange,
  count,
  icon: Icon,
  tone = "accent",
  isDisabled,
}: ChipProps) {
  return (
    <ToggleButton
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled}
      className={cx(
        "relative inline-flex h-7 shrink-0 cursor-default items-center gap-1.5 rounded-full border border-line-2 bg-surface px-2.5 text-note font-medium whitespace-nowrap text-text-2 transition-colors duration-(--fast) hovered:bg-hover coarse:h-9 coarse:px-3 coarse:after:absolute coarse:after:-inset-y-1 coarse:after:inset-x-0 disabled:opacity-60",
        on[tone],
      )}
    >
      {Icon && <Icon aria-hidden className={cx("size-3.5", !isSelected && inkOf[tone])} />}
      {children}
      {count !== undefined && <span className="tabular font-normal">{count}</span>}
    </ToggleButton>
  );
}

const badge: Record<Tone, string> = {
  neutral: "bg-surface-3 text-text-2",
  accent: "bg-accent-soft text-accent",
  waiting: "bg-waiting-soft text-waiting",
  conflict: "bg-conflict-soft text-conflict",
  refused: "bg-refused-soft text-refused",
  added: "bg-added-soft text-added",
};

export function Badge({
  children,
  tone = "neutral",
  label,
}: {
  children: ReactNode;
  tone?: Tone;
  label?: string;
}) {
  return (
    <span
      className={cx(
        "tabular inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-12 font-medium",
        badge[tone],
      )}
    >
      {label ? (
        <>
          <span aria-hidden>{children}</span>
          <span className="sr-only">{label}</span>
        </>
      ) : (
        children
      )}
    </span>
  );
}
