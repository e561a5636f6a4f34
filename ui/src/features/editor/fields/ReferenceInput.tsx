// A record to point at: found by typing, opened by the link beside the label.
import { SquareArrowOutUpRight } from "lucide-react";
import { useState } from "react";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import { useRead } from "@/backend";
import { ComboBox, Tooltip } from "@/components";
import { useTranslation } from "@/i18n";
import type { ValueInputProps } from "./TypedInput";

export interface ReferenceInputProps extends ValueInputProps {
  /** Title of the record that the value points at, if the record's detail tells it. */
  title: string | null;
  onPicked?: (id: string, title: string) => void;
}

const LIMIT = 20;

export function ReferenceInput({ column, value, onChange, title, onPicked, ...props }: ReferenceInputProps) {
  const { t } = useTranslation("editor");
  const table = column.kind.type === "reference" ? column.kind.table : "";
  const label = useTable(table)?.label ?? table;
  const id = typeof value === "string" ? value : null;
  const shownTitle = id ? (title ?? id.slice(0, 8)) : "";
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
  if (id && !options.some((option) => option.id === id)) options.push({ id, label: shownTitle, detail: "" });
  return (
    <ComboBox
      {...props}
      aside={
        <>
          {props.aside}
          {id && <OpenReference href={paths.record(table, id)} title={shownTitle} />}
        </>
      }
      options={options}
      value={id}
      text={isFocused ? typed : shownTitle}
      onText={(text) => {
        setTyped(text);
        if (isFocused && text === "" && id && !column.required) onChange(null);
      }}
      onChange={(next) => {
        // The box tells the same record again when it is left.
        if (next === id || next === null) return;
        const picked = options.find((option) => option.id === next)?.label ?? "";
        setTyped(picked);
        onPicked?.(next, picked);
        onChange(next);
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

function OpenReference({ href, title }: { href: string; title: string }) {
  const { t } = useTranslation("editor");
  const words = title ? t("reference.open", { title }) : t("reference.open.any");
  return (
    <Tooltip tip={words}>
      <a
        href={href}
        aria-label={words}
        className="-my-1 inline-flex size-6 items-center justify-center rounded-sm text-text-3 hover:text-accent coarse:-my-3 coarse:size-11"
      >
        <SquareArrowOutUpRight aria-hidden className="size-3.5" />
      </a>
    </Tooltip>
  );
}
