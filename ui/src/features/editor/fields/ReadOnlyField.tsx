// A field that is shown, not edited, and why (U23).
import { Lock } from "lucide-react";
import type { Column, FieldValue } from "@/backend";
import { ValueText } from "@/components";
import { useTranslation } from "@/i18n";

export interface ReadOnlyFieldProps {
  column: Column;
  value: FieldValue;
  title: string | null;
}

export function ReadOnlyField({ column, value, title }: ReadOnlyFieldProps) {
  const { t } = useTranslation("editor");
  return (
    <dl className="flex min-w-0 flex-col gap-1">
      <dt className="flex min-h-5 items-center gap-1.5 text-note font-medium text-text-2">
        {column.label}
        <Lock aria-hidden className="size-3.5 text-text-3" />
      </dt>
      <dd className="py-1 text-body">
        <ValueText column={column} value={value} referenceTitle={title} showNone />
      </dd>
      <dd className="text-note text-text-3">{column.help ?? t("field.read_only")}</dd>
    </dl>
  );
}
