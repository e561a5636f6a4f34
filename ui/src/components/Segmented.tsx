// One of a few, all in sight. Pressing the chosen one again takes it back, where no value is allowed.
import { Check } from "lucide-react";
import { useId } from "react";
import { Label, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "@/i18n";
import { cx } from "./cx";
import type { FieldProps } from "./field";
import type { Option } from "./Select";

export interface SegmentedProps extends FieldProps {
  options: Option[];
  value: string | null;
  onChange: (value: string | null) => void;
}

export function Segmented({ options, value, onChange, ...props }: SegmentedProps) {
  const { t } = useTranslation();
  const id = useId();
  const described = [props.help && `${id}-help`, props.error && `${id}-error`].filter(Boolean).join(" ");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears focus leaving the group, which has the role.
    <div
      className={cx("flex min-w-0 flex-col gap-1", props.className)}
      onFocus={() => props.onFocus?.()}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) props.onBlur?.();
      }}
    >
      <span className={props.hideLabel ? "sr-only" : "flex min-h-5 items-center gap-1.5"}>
        <Label id={`${id}-label`} elementType="span" className="text-note font-medium text-text-2">
          {props.label}
          {props.isRequired && <span className="ml-1 font-normal text-text-3">({t("required")})</span>}
        </Label>
        {props.aside}
      </span>
      <ToggleButtonGroup
        aria-labelledby={`${id}-label`}
        aria-describedby={described || undefined}
        selectionMode="single"
        disallowEmptySelection={props.isRequired}
        isDisabled={props.isDisabled || props.isReadOnly}
        selectedKeys={value === null ? [] : [value]}
        onSelectionChange={(keys) => {
          const [key] = keys;
          onChange(key === undefined ? null : String(key));
        }}
        className={cx(
          "inline-flex max-w-full flex-wrap self-start rounded border bg-surface-2 p-0.5",
          props.error ? "border-refused" : "border-line-2",
        )}
      >
        {options.map((option, at) => (
          <ToggleButton
            key={option.id}
            id={option.id}
            autoFocus={props.autoFocus && (value ? option.id === value : at === 0)}
            className="flex h-[calc(var(--control)-6px)] cursor-default items-center gap-1.5 rounded-sm border border-transparent px-3 text-body text-text-2 transition-colors duration-(--fast) hovered:text-text coarse:min-h-10 selected:border-line-2 selected:bg-surface selected:font-medium selected:text-text disabled:opacity-60 focus-visible:outline-2 focus-visible:outline-focus"
          >
            {({ isSelected }) => (
              <>
                {isSelected && <Check aria-hidden className="size-3.5 text-accent" />}
                {option.label}
              </>
            )}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {props.help && (
        <span id={`${id}-help`} className="text-note text-text-3">
          {props.help}
        </span>
      )}
      {props.error && (
        <span id={`${id}-error`} className="text-note text-refused">
          {props.error}
        </span>
      )}
    </div>
  );
}
