// Under the field being typed in, when someone else changed it: theirs is offered, never forced (U18).
import { GitMerge } from "lucide-react";
import type { Column, FieldValue } from "@/backend";
import { Button, useNow, valueText } from "@/components";
import { formatWhen, useTranslation } from "@/i18n";
import type { RemoteChange } from "../session/state";

export interface RemoteBarProps {
  column: Column;
  value: FieldValue;
  change: RemoteChange;
  onTheirs: () => void;
  onMine: () => void;
}

export function RemoteBar({ column, value, change, onTheirs, onMine }: RemoteBarProps) {
  const { t } = useTranslation("editor");
  const { t: common } = useTranslation();
  const now = useNow();
  const who = change.who?.who || common("who.someone");
  const theirs = valueText(column, value, change.title);
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded border border-conflict-line bg-conflict-soft px-3 py-2 text-note"
    >
      <GitMerge aria-hidden className="size-4 shrink-0 text-conflict" />
      <p className="min-w-40 flex-1 break-words text-text">
        {theirs ? t("remote.changed", { who, value: theirs }) : t("remote.emptied", { who })}
        {change.who && (
          <span className="tabular whitespace-nowrap text-text-2"> · {formatWhen(change.who.at, now)}</span>
        )}
      </p>
      <span className="flex flex-wrap gap-2">
        <Button size="small" onPress={onTheirs}>
          {t("remote.theirs")}
        </Button>
        <Button size="small" onPress={onMine}>
          {t("remote.mine")}
        </Button>
      </span>
    </div>
  );
}
