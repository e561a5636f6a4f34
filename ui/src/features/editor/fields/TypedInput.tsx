// A value typed as text: text, long text, numbers, links, places. While a person types, the box shows exactly what was
// typed; when they leave it, the value in its usual form.
import { useState } from "react";
import type { Column, FieldValue } from "@/backend";
import { type FieldProps, TextArea, TextInput } from "@/components";
import { locale, useTranslation } from "@/i18n";
import { sameValue } from "../session/same";
import { fromText, toText } from "../values/typed";

export interface ValueInputProps extends FieldProps {
  column: Column;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}

export function TypedInput({ column, value, onChange, ...props }: ValueInputProps) {
  const { t } = useTranslation("editor");
  const format = locale();
  const { kind } = column;
  // The text as typed, with the value it stood for: worth nothing once the value is another.
  const [typed, setTyped] = useState<{ text: string; value: FieldValue } | null>(null);
  const text = typed && sameValue(typed.value, value) ? typed.text : toText(kind, value, format);
  const shared = {
    ...props,
    value: text,
    onChange: (next: string) => {
      const nextValue = fromText(kind, next, format);
      setTyped({ text: next, value: nextValue });
      onChange(nextValue);
    },
    onBlur: () => {
      setTyped(null);
      props.onBlur?.();
    },
  };
  switch (kind.type) {
    case "long_text":
      return <TextArea {...shared} rows={3} />;
    case "integer":
    case "real":
      return (
        <TextInput
          {...shared}
          inputMode={kind.type === "integer" && (kind.min ?? -1) >= 0 ? "numeric" : "decimal"}
          enterKeyHint="next"
          suffix={kind.unit && <span className="pr-2.5 text-note text-text-3">{kind.unit}</span>}
        />
      );
    case "location":
      return <TextInput {...shared} placeholder={t("place.placeholder")} enterKeyHint="next" />;
    case "link":
      return <TextInput {...shared} type="url" inputMode="url" placeholder="https://" enterKeyHint="next" />;
    default:
      return <TextInput {...shared} enterKeyHint="next" />;
  }
}
