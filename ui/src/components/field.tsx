// What every field has around its input: label, help, error. All inputs share these props.
import type { ReactNode } from "react";
import { FieldError, Label, Text } from "react-aria-components";
import { useTranslation } from "@/i18n";
import { cx } from "./cx";

export interface FieldProps {
  label: string;
  /** Only for screen readers: the label is shown elsewhere. */
  hideLabel?: boolean;
  /** A sentence under the field. */
  help?: string | null;
  /** What is wrong, in words; marks the field invalid. */
  error?: string | null;
  isRequired?: boolean;
  isReadOnly?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  /** Shown beside the label: a dot, a button. */
  aside?: ReactNode;
  onBlur?: () => void;
  onFocus?: () => void;
  className?: string;
}

export const boxLook =
  "w-full rounded border border-line-strong bg-surface text-body text-text transition-colors duration-(--fast) invalid:border-refused disabled:opacity-60 data-readonly:bg-surface-2";

/** A box around an input and what belongs to it: the box shows the input's focus, a button in it its own. */
export const groupLook = cx(boxLook, "ring-around flex h-control items-center");

export const inputLook = cx(boxLook, "h-control px-2.5");

/** Props for the React Aria field from ours. */
export function ariaField(props: FieldProps) {
  return {
    isRequired: props.isRequired,
    isReadOnly: props.isReadOnly,
    isDisabled: props.isDisabled,
    isInvalid: Boolean(props.error),
    autoFocus: props.autoFocus,
    onBlur: props.onBlur,
    onFocus: props.onFocus,
    validationBehavior: "aria" as const,
    // A field of several parts would draw a ring of its own around them all.
    className: cx("flex min-w-0 flex-col gap-1 outline-none", props.className),
  };
}

export function FieldFrame({ field, children }: { field: FieldProps; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={field.hideLabel ? "sr-only" : "flex min-h-5 items-center gap-1.5"}>
        <Label className="text-note font-medium text-text-2">
          {field.label}
          {field.isRequired && <span className="ml-1 font-normal text-text-3">({t("required")})</span>}
        </Label>
        {field.aside}
      </span>
      {children}
      {field.help && (
        <Text slot="description" className="text-note text-text-3">
          {field.help}
        </Text>
      )}
      <FieldError className="text-note text-refused">{field.error ?? undefined}</FieldError>
    </>
  );
}
