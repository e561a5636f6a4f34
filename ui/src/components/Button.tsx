// Buttons. A Button carries a verb; an IconButton carries an icon, a name and a tooltip.
import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Link,
  TooltipTrigger,
} from "react-aria-components";
import { cx } from "./cx";
import { Tip } from "./Tooltip";

export type Look = "plain" | "primary" | "quiet" | "danger";

const looks: Record<Look, string> = {
  plain:
    "border border-line-2 bg-surface text-text hovered:bg-hover pressed:bg-surface-3 disabled:opacity-50",
  primary:
    "border border-transparent bg-accent text-on-accent hovered:bg-accent-2 pressed:bg-accent-2 disabled:border-line disabled:bg-surface-3 disabled:text-text-3",
  quiet:
    "border border-transparent bg-transparent text-text-2 hovered:bg-hover hovered:text-text pressed:bg-surface-3 disabled:opacity-50",
  danger:
    "border border-refused-line bg-surface text-refused hovered:bg-refused-soft pressed:bg-refused-soft disabled:opacity-50",
};

const base =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded font-medium whitespace-nowrap no-underline cursor-default select-none transition-colors duration-(--fast)";

const sizes = { normal: "h-control px-3 text-body", small: "h-7 coarse:h-11 px-2 text-note" } as const;

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children" | "style"> {
  look?: Look;
  size?: "normal" | "small";
  icon?: LucideIcon;
  children: ReactNode;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = "plain",
  size = "normal",
  icon: Icon,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton {...rest} className={cx(base, sizes[size], looks[look], className)}>
      {Icon && <Icon aria-hidden className="size-4 shrink-0" />}
      {children}
    </AriaButton>
  );
}

export interface ButtonLinkProps {
  href: string;
  look?: Look;
  size?: "normal" | "small";
  icon?: LucideIcon;
  children: ReactNode;
  className?: string;
}

/** A link that looks like a button: for going to a place. */
export function ButtonLink({
  look = "plain",
  size = "normal",
  icon: Icon,
  children,
  className,
  href,
}: ButtonLinkProps) {
  return (
    <Link href={href} className={cx(base, sizes[size], looks[look], className)}>
      {Icon && <Icon aria-hidden className="size-4 shrink-0" />}
      {children}
    </Link>
  );
}

export interface IconButtonProps
  extends Omit<AriaButtonProps, "className" | "children" | "aria-label" | "style"> {
  icon: LucideIcon;
  /** Accessible name and tooltip. */
  label: string;
  look?: Look;
  size?: "normal" | "small";
  /** Shown in the tooltip. */
  shortcut?: string;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({
  icon: Icon,
  label,
  look = "quiet",
  size = "normal",
  shortcut,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(
          base,
          size === "small" ? "size-7 coarse:size-11" : "size-control",
          looks[look],
          className,
        )}
      >
        <Icon aria-hidden className="size-4" />
      </AriaButton>
      <Tip shortcut={shortcut}>{label}</Tip>
    </TooltipTrigger>
  );
}
