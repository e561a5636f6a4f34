// A record to point at: found by typing its title, and shown by its title wherever it is chosen.
import { useState } from "react";
import { useTable } from "@/app/workspace";
import { useRead } from "@/backend";
import { ComboBox, type FieldProps } from "@/components";
import { useTranslation } from "@/i18n";

export interface ReferencePickerProps extends FieldProps {
  table: string;
  /** The chosen record's id. */
  value: string | null;
  /** Its title, if that is known already; else it is read. */
  title?: string | null;
  onChange: (id: string | null, title: string) => void;
  /** Emptying the box chooses none. */
  canBeEmpty?: boolean;
}

const LIMIT = 20;

export function ReferencePicker({
  table,
  value,
  title = null,
  onChange,
  canBeEmpty = true,
  ...props
}: ReferencePickerProps) {
  const { t } = useTranslation("editor");
  const label = useTable(table)?.label ?? table;
  const { data: chosen } = useRead(
    "record_get",
    { table, id: value ?? "" },
    { enabled: value !== null && title === null },
  );
  const shownTitle = value ? (title ?? chosen?.title ?? value.slice(0, 8)) : "";
  // What is typed counts while the box has the focus; else it shows the chosen record.
  const [isFocused, setFocused] = useState(false);
  const [typed, setTyped] = useState("");
  const search = typed === shownTitle ? "" : typed;
  const { data } = useRead(
    "reference_search",
    { table, search, limit: LIMIT },
    { enabled: isFocused, keepPrevious: true },
  );
  const options = (data ?? []).map((option) => ({
    id: option.id,
    label: option.title,
    detail: option.detail,
  }));
  // The box needs the chosen record among its options to know its name.
  if (value && !options.some((option) => option.id === value))
    options.push({ id: value, label: shownTitle, detail: "" });
  return (
    <ComboBox
      {...props}
      options={options}
      value={value}
      text={isFocused ? typed : shownTitle}
      onText={(text) => {
        setTyped(text);
        if (isFocused && text === "" && value && canBeEmpty) onChange(null, "");
      }}
      onChange={(next) => {
        // The box tells the same record again when it is left.
        if (next === value || next === null) return;
        const picked = options.find((option) => option.id === next)?.label ?? "";
        setTyped(picked);
        onChange(next, picked);
      }}
      onFocus={() => {
        setFocused(true);
        setTyped(shownTitle);
        props.onFocus?.();
      }}
      onBlur={() => {
        setFocused(false);
        props.onBlur?.();
      }}
      placeholder={t("reference.placeholder")}
      none={t("reference.none", { table: label })}
    />
  );
}
