// A field that points at another record, with the way to that record beside the label.
import { SquareArrowOutUpRight } from "lucide-react";
import { paths } from "@/app/paths";
import { Tooltip } from "@/components";
import { ReferencePicker } from "@/features/references";
import { useTranslation } from "@/i18n";
import type { ValueInputProps } from "./TypedInput";

export interface ReferenceInputProps extends ValueInputProps {
  /** Title of the record that the value points at, if the record's detail tells it. */
  title: string | null;
  onPicked?: (id: string, title: string) => void;
}

export function ReferenceInput({ column, value, onChange, title, onPicked, ...props }: ReferenceInputProps) {
  const table = column.kind.type === "reference" ? column.kind.table : "";
  const id = typeof value === "string" ? value : null;
  // An id that no record here has is shown by its beginning, without asking for the record again and again.
  const shownTitle = id ? (title ?? id.slice(0, 8)) : "";
  return (
    <ReferencePicker
      {...props}
      aside={
        <>
          {props.aside}
          {id && <OpenReference href={paths.record(table, id)} title={shownTitle} />}
        </>
      }
      table={table}
      value={id}
      title={shownTitle}
      canBeEmpty={!column.required}
      onChange={(next, picked) => {
        if (next !== null) onPicked?.(next, picked);
        onChange(next);
      }}
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
