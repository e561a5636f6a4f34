// The dot beside a field's label: changed here and not on the server yet. It opens to the value before, and to the way
// back (U16).
import { Undo2 } from "lucide-react";
import { Button as AriaButton } from "react-aria-components";
import type { Column, PendingField } from "@/backend";
import { Button, Popover, ValueText } from "@/components";
import { useTranslation } from "@/i18n";

export interface FieldDotProps {
  column: Column;
  pending: PendingField;
  onUndo: () => void;
}

export function FieldDot({ column, pending, onUndo }: FieldDotProps) {
  const { t } = useTranslation("editor");
  return (
    <Popover
      label={t("field.waiting.title")}
      trigger={
        <AriaButton
          aria-label={t("field.waiting", { label: column.label })}
          className="-my-1 inline-flex size-6 cursor-default items-center justify-center rounded-full hovered:bg-waiting-soft coarse:-my-3 coarse:size-11"
        >
          <span aria-hidden className="size-2 rounded-full bg-waiting" />
        </AriaButton>
      }
    >
      {(close) => (
        <div className="flex w-64 flex-col gap-3 text-body">
          <div>
            <p className="font-medium">{t("field.waiting.title")}</p>
            <p className="text-note text-text-3">{t("field.waiting.note")}</p>
          </div>
          <div className="flex flex-col gap-0.5 border-l-2 border-line-2 pl-3">
            <span className="text-note text-text-3">{t("field.before")}</span>
            <ValueText
              column={column}
              value={pending.previous}
              referenceTitle={pending.previous_title}
              showNone
            />
          </div>
          <Button
            size="small"
            icon={Undo2}
            className="self-start"
            onPress={() => {
              close();
              onUndo();
            }}
          >
            {t("field.undo")}
          </Button>
        </div>
      )}
    </Popover>
  );
}
