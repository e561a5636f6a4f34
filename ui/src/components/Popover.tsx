// A small window that hangs on a button.
import type { ReactNode } from "react";
import { Popover as AriaPopover, Dialog, DialogTrigger } from "react-aria-components";
import { cx } from "./cx";
import { popupLook } from "./popup";

export interface PopoverProps {
  /** The button that opens it: a Button or IconButton. */
  trigger: ReactNode;
  /** Its accessible name. */
  label: string;
  children: ReactNode | ((close: () => void) => ReactNode);
  placement?: "bottom start" | "bottom end" | "top start" | "top end" | "bottom" | "top";
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
}

export function Popover({
  trigger,
  label,
  children,
  placement = "bottom start",
  isOpen,
  onOpenChange,
  className,
}: PopoverProps) {
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      <AriaPopover
        placement={placement}
        offset={6}
        className={cx(popupLook, "max-w-[calc(100vw-1rem)]", className)}
      >
        <Dialog aria-label={label} className="p-4 outline-none">
          {({ close }) => (typeof children === "function" ? children(close) : children)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
