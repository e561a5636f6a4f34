// One way to choose: a radio as a card, with its key.
import type { ReactNode } from "react";
import { useCoarse } from "@/app/layout";
import { useSettings } from "@/app/workspace";
import { cx, Kbd } from "@/components";

export interface OptionCardProps {
  /** All cards of one question share it. */
  name: string;
  isChosen: boolean;
  onChoose: () => void;
  /** Whose value it is. */
  caption: ReactNode;
  /** The caption stands elsewhere (a column's head) and is only for screen readers. */
  isCaptionHidden?: boolean;
  /** The key that chooses it. */
  shortcut?: string;
  children?: ReactNode;
  className?: string;
}

export function OptionCard({
  name,
  isChosen,
  onChoose,
  caption,
  isCaptionHidden = false,
  shortcut,
  children,
  className,
}: OptionCardProps) {
  return (
    <label
      className={cx(
        "relative flex min-h-11 min-w-0 cursor-default gap-2.5 rounded border px-3 py-2.5 text-body transition-colors duration-(--fast) has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus",
        isChosen ? "border-accent bg-accent-soft" : "border-line-2 bg-surface hover:border-line-strong",
        className,
      )}
    >
      <input type="radio" name={name} checked={isChosen} onChange={onChoose} className="sr-only" />
      <Dot isOn={isChosen} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className={isCaptionHidden ? "sr-only" : "text-note text-text-2"}>{caption}</span>
        {children && <span className="min-w-0 text-text">{children}</span>}
      </span>
      <KeyHint>{shortcut}</KeyHint>
    </label>
  );
}

/** A small one, for what stands in the result itself. */
export function OptionChip({
  name,
  isChosen,
  onChoose,
  shortcut,
  children,
}: Pick<OptionCardProps, "name" | "isChosen" | "onChoose" | "shortcut"> & { children: ReactNode }) {
  return (
    <label
      className={cx(
        "relative inline-flex h-7 cursor-default items-center gap-1.5 rounded-full border px-2.5 text-note font-medium transition-colors duration-(--fast) has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus coarse:h-11 coarse:px-4",
        isChosen
          ? "border-accent bg-accent-soft text-accent"
          : "border-line-2 bg-surface text-text-2 hover:border-line-strong",
      )}
    >
      <input type="radio" name={name} checked={isChosen} onChange={onChoose} className="sr-only" />
      {children}
      <KeyHint>{shortcut}</KeyHint>
    </label>
  );
}

function Dot({ isOn }: { isOn: boolean }) {
  return (
    <span
      aria-hidden
      className={cx(
        "mt-0.5 size-4 shrink-0 rounded-full bg-surface",
        isOn ? "border-[5px] border-accent" : "border border-line-strong",
      )}
    />
  );
}

/** Shown where there is a keyboard and single keys are on. */
function KeyHint({ children }: { children: string | undefined }) {
  const { single_key_shortcuts: singles } = useSettings();
  const isCoarse = useCoarse();
  if (!children || !singles || isCoarse) return null;
  return (
    <span aria-hidden className="h-fit shrink-0 opacity-80 max-tablet:hidden">
      <Kbd>{children}</Kbd>
    </span>
  );
}
