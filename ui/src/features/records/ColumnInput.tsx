// A field for a column's value, by its kind: for filters and for editing many records at once.
import type { Column, FieldValue } from "@/backend";
import {
  DateInput,
  DateTimeInput,
  MultiChoice,
  NumberInput,
  Select,
  TextArea,
  TextInput,
} from "@/components";
import { ReferencePicker } from "@/features/references";
import { useTranslation } from "@/i18n";

export interface ColumnInputProps {
  column: Column;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  label: string;
  hideLabel?: boolean;
  error?: string | null;
  /** One choice of a multi-choice, for a condition. */
  isCondition?: boolean;
}

export function ColumnInput({ column, value, onChange, isCondition = false, ...frame }: ColumnInputProps) {
  const { t } = useTranslation();
  const { kind } = column;
  const text = typeof value === "string" ? value : "";
  const orNone = (typed: string) => onChange(typed === "" ? null : typed);
  switch (kind.type) {
    case "integer":
    case "real":
      return (
        <NumberInput
          {...frame}
          value={typeof value === "number" ? value : null}
          onChange={onChange}
          whole={kind.type === "integer"}
          unit={kind.unit}
        />
      );
    case "boolean":
      return (
        <Select
          {...frame}
          options={[
            { id: "true", label: t("value.yes") },
            { id: "false", label: t("value.no") },
          ]}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(chosen) => onChange(chosen === null ? null : chosen === "true")}
        />
      );
    case "date":
      return <DateInput {...frame} value={text || null} onChange={onChange} />;
    case "date_time":
      return <DateTimeInput {...frame} value={text || null} onChange={onChange} />;
    case "choice":
    case "multi_choice": {
      const options = kind.choices.map((choice) => ({ id: choice.value, label: choice.label }));
      return kind.type === "multi_choice" && !isCondition ? (
        <MultiChoice
          {...frame}
          options={options}
          value={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      ) : (
        <Select {...frame} options={options} value={text || null} onChange={onChange} />
      );
    }
    case "reference":
      return <ReferencePicker {...frame} table={kind.table} value={text || null} onChange={onChange} />;
    case "long_text":
      return isCondition ? (
        <TextInput {...frame} value={text} onChange={orNone} />
      ) : (
        <TextArea {...frame} value={text} onChange={orNone} />
      );
    case "location":
      return null; // A place is neither compared nor set on many records.
    default:
      return (
        <TextInput
          {...frame}
          value={text}
          onChange={orNone}
          type={kind.type === "link" && !isCondition ? "url" : "text"}
        />
      );
  }
}
