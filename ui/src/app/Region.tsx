// A part of the window: a landmark that F6 reaches, with its own error boundary (U75, U89).
import { Component, type ReactNode } from "react";
import { cx, ErrorNote, OutOfSight } from "@/components";

export interface RegionProps {
  as?: "nav" | "main" | "section" | "aside" | "footer";
  id: string;
  label: string;
  children: ReactNode;
  className?: string;
  /** Out of sight, but kept as it is (scroll position, focus): a list behind a record on a phone. */
  isHidden?: boolean;
  style?: React.CSSProperties;
}

export function Region({
  as: Tag = "section",
  id,
  label,
  children,
  className,
  isHidden = false,
  style,
}: RegionProps) {
  return (
    <Tag
      id={id}
      data-region={isHidden ? undefined : id}
      aria-label={label}
      tabIndex={-1}
      inert={isHidden}
      style={style}
      className={cx(
        "flex min-h-0 min-w-0 flex-col outline-none",
        isHidden && "invisible absolute inset-0",
        className,
      )}
    >
      <OutOfSight value={isHidden}>
        <Boundary>{children}</Boundary>
      </OutOfSight>
    </Tag>
  );
}

/** Keeps a fault in its place: the rest of the window goes on. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown; broken: boolean }> {
  override state = { error: null as unknown, broken: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <ErrorNote
        error={this.state.error}
        fallback="region"
        onRetry={() => this.setState({ error: null, broken: false })}
      />
    );
  }
}

const focusable =
  "a[href], button:not([disabled]), input:not([disabled]), textarea, select, [tabindex]:not([tabindex='-1'])";
const lastFocus = new WeakMap<HTMLElement, HTMLElement>();

/** Moves focus to the next region (or the previous one), to where it was there before. */
export function cycleRegions(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (region) => region.offsetParent !== null,
  );
  if (regions.length === 0) return;
  const here = document.activeElement as HTMLElement | null;
  const at = regions.findIndex((region) => region.contains(here));
  const current = regions[at];
  if (current && here) lastFocus.set(current, here);
  const next = regions[(at + step + regions.length) % regions.length];
  if (!next) return;
  const before = lastFocus.get(next);
  const target =
    before?.isConnected && next.contains(before) ? before : next.querySelector<HTMLElement>(focusable);
  (target ?? next).focus();
}
