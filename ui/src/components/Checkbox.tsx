// Yes or no: a Checkbox in lists and groups, a Switch for settings that act at once.
import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox, Switch as AriaSwitch, CheckboxGroup, Text } from "react-aria-components";
import { cx } from "./cx";
import { ariaField, FieldFrame, type FieldProps } from "./field";
import type { Option } from "./Select";

export interface CheckboxProps {
  /** Shown beside the box; without it give `label`. */
  children?: ReactNode;
  /** Accessible name when nothing is shown beside the box. */
  label?: string;
  isSelected: boolean;
  onChange: (on: boolean) => void;
  isIndeterminate?: boolean;
  isDisabled?: boolean;
  isReadOnly?: boolean;
  onBlur?: () => void;
}

const tick =
  "flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface text-on-accent coarse:size-5 group-selected:border-accent group-selected:bg-accent group-indeterminate:border-accent group-indeterminate:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus";

function Tick({ on, mixed }: { on: boolean; mixed: boolean }) {
  return (
    <span aria-hidden className={tick}>
      {mixed ? (
        <Minus className="size-3" strokeWidth={3} />
      ) : (
        on && <Check className="size-3" strokeWidth={3} />
      )}
    </span>
  );
}

export function Checkbox({ children, label, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox
      {...props}
      aria-label={label}
      className="group inline-flex min-h-6 cursor-default items-center gap-2 text-body outline-none coarse:min-h-11 disabled:opacity-60"
    >
      {({ isSelected, isIndeterminate }) => (
        <>
          <Tick on={isSelected} mixed={isIndeterminate} />
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}

export interface SwitchProps {
  label: string;
  /** A sentence under the label. */
  help?: string;
  isSelected: boolean;
  onChange: (on: boolean) => void;
  isDisabled?: boolean;
  className?: string;
}

export function Switch({ label, help, className, ...props }: SwitchProps) {
  return (
    <AriaSwitch
      {...props}
      className={cx(
        "group flex min-h-control cursor-default items-center gap-3 outline-none disabled:opacity-60",
        className,
      )}
    >
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="text-body text-text">{label}</span>
        {help && (
          <Text slot="description" className="text-note text-text-3">
            {help}
          </Text>
        )}
      </span>
      <span
        aria-hidden
        className="flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-surface-3 p-0.5 transition-colors duration-(--calm) group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus"
      >
        <span className="size-3.5 rounded-full bg-line-strong transition-transform duration-(--calm) group-selected:translate-x-4 group-selected:bg-on-accent rtl:group-selected:-translate-x-4" />
      </span>
    </AriaSwitch>
  );
}

export interface MultiChoiceProps extends FieldProps {
  options: Option[];
  value: string[];
  onChange: (value: string[]) => void;
}

/** Some of the choices; the answer keeps the order of the options. */
export function MultiChoice({ options, value, onChange, ...props }: MultiChoiceProps) {
  const { autoFocus: _autoFocus, onBlur, onFocus, ...frame } = ariaField(props);
  return (
    <CheckboxGroup
      {...frame}
      value={value}
      onChange={(chosen) => onChange(options.map((option) => option.id).filter((id) => chosen.includes(id)))}
    >
      <FieldFrame field={props}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: only hears when focus leaves the boxes as a whole. */}
        <div
          className="flex flex-wrap gap-x-4 gap-y-1"
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) onBlur?.();
          }}
          onFocus={() => onFocus?.()}
        >
          {options.map((option) => (
            <AriaCheckbox
              key={option.id}
              value={option.id}
              className="group inline-flex min-h-7 cursor-default items-center gap-2 text-body outline-none coarse:min-h-11 disabled:opacity-60"
            >
              {({ isSelected }) => (
                <>
                  <Tick on={isSelected} mixed={false} />
                  {option.label}
                </>
              )}
            </AriaCheckbox>
          ))}
        </div>
      </FieldFrame>
    </CheckboxGroup>
  );
}
