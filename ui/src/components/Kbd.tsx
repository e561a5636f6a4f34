import { cx } from "./cx";

/** A key, or keys joined by `+`: `Ctrl+K`. */
export function Kbd({ children, inverse = false }: { children: string; inverse?: boolean }) {
  return (
    <kbd
      className={cx(
        "rounded-sm border px-1 font-sans text-12 whitespace-nowrap",
        inverse ? "border-current text-surface" : "border-line-2 bg-surface-2 text-text-2",
      )}
    >
      {children}
    </kbd>
  );
}
