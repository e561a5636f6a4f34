// One of the choices: all in sight when they are few and short, else a list to open. Yes or no is such a choice too.
import { Segmented, Select } from "@/components";
import { useTranslation } from "@/i18n";
import type { ValueInputProps } from "./TypedInput";

const FEW = 5;
const SHORT = 44;

export function ChoiceInput({ column, value, onChange, ...props }: ValueInputProps) {
  const { t } = useTranslation();
  const choices = column.kind.type === "choice" ? column.kind.choices : [];
  const options = choices.map((choice) => ({ id: choice.value, label: choice.label }));
  const chosen = typeof value === "string" ? value : null;
  // A value that is no choice any more stays in sight, so that it is not changed unawares.
  if (chosen && !options.some((option) => option.id === chosen)) options.push({ id: chosen, label: chosen });
  const length = options.reduce((sum, option) => sum + option.label.length + 3, 0);
  if (options.length <= FEW && length <= SHORT) {
    return <Segmented {...props} options={options} value={chosen} onChange={onChange} />;
  }
  return (
    <Select
      {...props}
      options={options}
      value={chosen}
      onChange={onChange}
      emptyLabel={column.required ? undefined : t("value.none")}
    />
  );
}

export function BooleanInput({ column: _column, value, onChange, ...props }: ValueInputProps) {
  const { t } = useTranslation();
  return (
    <Segmented
      {...props}
      options={[
        { id: "yes", label: t("value.yes") },
        { id: "no", label: t("value.no") },
      ]}
      value={typeof value === "boolean" ? (value ? "yes" : "no") : null}
      onChange={(key) => onChange(key === null ? null : key === "yes")}
    />
  );
}
