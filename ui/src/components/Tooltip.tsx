// A tooltip's bubble, and the usual way to hang it on something.
import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { Tooltip as AriaTooltip, Focusable, TooltipTrigger } from "react-aria-components";
import { Kbd } from "./Kbd";

/** The bubble: the second child of a `TooltipTrigger`. */
export function Tip({ children, shortcut }: { children: ReactNode; shortcut?: string }) {
  return (
    <AriaTooltip
      offset={6}
      className="z-50 flex max-w-72 animate-appear items-center gap-2 rounded bg-text px-2 py-1 text-note text-surface shadow-float"
    >
      {children}
      {shortcut && <Kbd inverse>{shortcut}</Kbd>}
    </AriaTooltip>
  );
}

/** Whether what stands below is kept out of sight: nothing there can take the focus, nor show a tooltip. */
export const OutOfSight = createContext(false);

/** Hangs a tooltip on one focusable element (`<span tabIndex={0} role=…>`, a link). Buttons have their own. */
export function Tooltip({ tip, children }: { tip: ReactNode; children: ReactElement }) {
  if (useContext(OutOfSight)) return children;
  return (
    <TooltipTrigger delay={400}>
      <Focusable>{children as never}</Focusable>
      <Tip>{tip}</Tip>
    </TooltipTrigger>
  );
}
