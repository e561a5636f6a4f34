// The input for a column, by its kind.
import { ExternalLink } from "lucide-react";
import { DateInput, DateTimeInput, MultiChoice } from "@/components";
import { formatPlace, useTranslation } from "@/i18n";
import { openable } from "../values/typed";
import { BooleanInput, ChoiceInput } from "./ChoiceInput";
import { ReferenceInput, type ReferenceInputProps } from "./ReferenceInput";
import { rangeWords } from "./range";
import { TypedInput } from "./TypedInput";

export function FieldInput({ title, onPicked, ...given }: ReferenceInputProps) {
  const { column, value, onChange, ...rest } = given;
  const { kind } = column;
  const { t } = useTranslation("editor");
  const help = [column.help, rangeWords(column)].filter(Boolean).join(" · ") || null;
  const field = { ...rest, help };
  const shared = { ...field, column, value, onChange };
  const text = typeof value === "string" ? value : null;
  switch (kind.type) {
    case "boolean":
      return <BooleanInput {...shared} />;
    case "choice":
      return <ChoiceInput {...shared} />;
    case "multi_choice":
      return (
        <MultiChoice
          {...field}
          options={kind.choices.map((choice) => ({ id: choice.value, label: choice.label }))}
          value={Array.isArray(value) ? value : []}
          onChange={(list) => onChange(list.length > 0 ? list : null)}
        />
      );
    case "date":
      return <DateInput {...field} value={text} onChange={onChange} min={kind.min} max={kind.max} />;
    case "date_time":
      return <DateTimeInput {...field} value={text} onChange={onChange} />;
    case "reference":
      return <ReferenceInput {...shared} title={title} onPicked={onPicked} />;
    case "location": {
      const place = value !== null && typeof value === "object" && "lat" in value ? value : null;
      return <TypedInput {...shared} help={place ? t("place.reads", { place: formatPlace(place) }) : help} />;
    }
    case "link":
      return <TypedInput {...shared} aside={<LinkAside value={openable(value)}>{field.aside}</LinkAside>} />;
    default:
      return <TypedInput {...shared} />;
  }
}

/** Opens outside; nothing of it is loaded here. */
function LinkAside({ value, children }: { value: string | null; children: React.ReactNode }) {
  const { t } = useTranslation("editor");
  return (
    <>
      {children}
      {value && (
        <a
          href={value}
          target="_blank"
          rel="noreferrer noopener"
          className="inline-flex items-center gap-1 rounded-sm text-note text-accent underline underline-offset-2"
        >
          <ExternalLink aria-hidden className="size-3.5" />
          {t("link.open")}
        </a>
      )}
    </>
  );
}
