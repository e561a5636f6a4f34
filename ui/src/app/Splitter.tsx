// The line between two panes: drag it, or focus it and use the arrow keys (U79). Its place is remembered.
import { useRef } from "react";
import { cx } from "@/components";

export interface SplitterProps {
  label: string;
  /** Width of the pane in px. */
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  /** Which pane it sizes: the one before it or the one after it. */
  side: "before" | "after";
  controls: string;
  className?: string;
}

export function Splitter({ label, value, onChange, min, max, side, controls, className }: SplitterProps) {
  const start = useRef<{ x: number; value: number } | null>(null);
  const sign = side === "before" ? 1 : -1;
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget; <hr> is not.
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-controls={controls}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, value };
      }}
      onPointerMove={(event) => {
        if (start.current) set(start.current.value + sign * (event.clientX - start.current.x));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        const step = event.shiftKey ? 64 : 16;
        if (event.key === "ArrowLeft") set(value - sign * step);
        else if (event.key === "ArrowRight") set(value + sign * step);
        else if (event.key === "Home") set(min);
        else if (event.key === "End") set(max);
        else return;
        event.preventDefault();
      }}
      className={cx(
        "group z-10 w-2 shrink-0 cursor-col-resize touch-none outline-none",
        "before:absolute before:inset-y-0 before:left-1/2 before:w-px before:bg-line hover:before:bg-line-strong focus-visible:before:w-0.5 focus-visible:before:bg-focus",
        className ?? "relative -mx-1",
      )}
    />
  );
}
