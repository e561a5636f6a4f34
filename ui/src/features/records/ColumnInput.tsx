// A field for a column's value, by its kind: for filters and for editing many records at once.
import { useState } from "react";
import { type Column, type FieldValue, useRead } from "@/backend";
import {
  ComboBox,
  DateInput,
  DateTimeInput,
  MultiChoice,
  NumberInput,
  Select,
  TextArea,
  TextInput,
} from "@/components";
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
      return <ReferenceInput {...frame} table={kind.table} value={text || null} onChange={onChange} />;
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

interface ReferenceInputProps {
  table: string;
  value: string | null;
  onChange: (value: string | null) => void;
  label: string;
  hideLabel?: boolean;
  error?: string | null;
}

function ReferenceInput({ table, value, onChange, ...frame }: ReferenceInputProps) {
  const [typed, setTyped] = useState("");
  const { data: current } = useRead("record_get", { table, id: value ?? "" }, { enabled: value !== null });
  const title = value === null ? "" : (current?.title ?? "");
  const [edited, setEdited] = useState(false);
  const shown = edited ? typed : title;
  const { data: options } = useRead(
    "reference_search",
    { table, search: edited ? typed : "", limit: 20 },
    { keepPrevious: true },
  );
  return (
    <ComboBox
      {...frame}
      options={(options ?? []).map((option) => ({
        id: option.id,
        label: option.title,
        detail: option.detail,
      }))}
      value={value}
      onChange={(chosen) => {
        setEdited(false);
        onChange(chosen);
      }}
      text={shown}
      onText={(text) => {
        setTyped(text);
        setEdited(text !== title);
      }}
    />
  );
}
