// A number, typed in the person's own format. `null` is no value.
import { Group, Input, NumberField } from "react-aria-components";
import { ariaField, FieldFrame, type FieldProps, groupLook } from "./field";

export interface NumberInputProps extends FieldProps {
  value: number | null;
  onChange: (value: number | null) => void;
  /** Whole numbers only. */
  whole?: boolean;
  /** Shown behind the number. */
  unit?: string | null;
}

export function NumberInput({ value, onChange, whole = false, unit, ...props }: NumberInputProps) {
  return (
    <NumberField
      {...ariaField(props)}
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      formatOptions={{ maximumFractionDigits: whole ? 0 : 12 }}
      isWheelDisabled
    >
      <FieldFrame field={props}>
        <Group className={groupLook}>
          <Input
            className="tabular h-full min-w-0 flex-1 bg-transparent px-2.5 outline-none focus-visible:outline-none"
            inputMode={whole ? "numeric" : "decimal"}
          />
          {unit && <span className="pr-2.5 text-note text-text-3">{unit}</span>}
        </Group>
      </FieldFrame>
    </NumberField>
  );
}
