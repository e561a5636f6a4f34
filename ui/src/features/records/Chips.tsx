// The quick filters with live counts (U9), and the conditions that are on, each removable.
import { Eye, GitMerge, Users, X } from "lucide-react";
import { Button as AriaButton } from "react-aria-components";
import { paths } from "@/app/paths";
import { type Chip as ChipName, call, type Table, useRead } from "@/backend";
import { Button, ButtonLink, Chip, markIcon } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { conditionWords } from "./conditions";
import type { ListState } from "./listState";

export interface ChipsProps {
  table: Table;
  state: ListState;
  onChange: (patch: Partial<ListState>) => void;
}

const chips = [
  { id: "waiting", icon: markIcon.waiting, tone: "waiting" },
  { id: "conflict", icon: markIcon.conflict, tone: "conflict" },
  { id: "refused", icon: markIcon.refused, tone: "refused" },
  { id: "changed_by_others", icon: Users, tone: "accent" },
] as const satisfies { id: ChipName; [key: string]: unknown }[];

export function Chips({ table, state, onChange }: ChipsProps) {
  const { t } = useTranslation("records");
  const { data: counts } = useRead("table_counts", { table: table.name });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; these act at once.
    <div
      role="group"
      aria-label={t("chips")}
      className="flex min-w-0 flex-1 items-center gap-1.5 overflow-x-auto p-1 [scrollbar-width:none] tablet:flex-wrap tablet:overflow-visible"
    >
      {chips.map((chip) => (
        <Chip
          key={chip.id}
          icon={chip.icon}
          tone={chip.tone}
          isSelected={state.chip === chip.id}
          onChange={(on) => onChange({ chip: on ? chip.id : null })}
          count={counts ? formatCount(counts[chip.id]) : undefined}
        >
          {t(`chip.${chip.id}`)}
        </Chip>
      ))}
      {state.chip === "changed_by_others" && (counts?.changed_by_others ?? 0) > 0 && (
        <Button
          size="small"
          look="quiet"
          icon={Eye}
          onPress={() => void call("table_visited", { table: table.name })}
        >
          {t("filter.mark_seen")}
        </Button>
      )}
      {(state.chip === "conflict" || state.chip === "refused") && (counts?.[state.chip] ?? 0) > 0 && (
        <ButtonLink
          size="small"
          look="quiet"
          icon={GitMerge}
          href={paths.conflicts(`table=${encodeURIComponent(table.name)}`)}
        >
          {t("chip.decide")}
        </ButtonLink>
      )}
      {state.conditions.length > 0 && <span aria-hidden className="mx-1 h-4 w-px shrink-0 bg-line-2" />}
      {state.conditions.map((condition, index) => (
        <ConditionChip
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity.
          key={index}
          table={table}
          words={(title) => conditionWords(table, condition, title)}
          value={condition.value}
          column={condition.column}
          onRemove={() => onChange({ conditions: state.conditions.filter((_, at) => at !== index) })}
        />
      ))}
    </div>
  );
}

interface ConditionChipProps {
  table: Table;
  column: string;
  value: ListState["conditions"][number]["value"];
  words: (title?: string) => string;
  onRemove: () => void;
}

function ConditionChip({ table, column, value, words, onRemove }: ConditionChipProps) {
  const { t } = useTranslation("records");
  const definition = table.columns.find((each) => each.name === column);
  const target =
    definition?.kind.type === "reference" && typeof value === "string" ? definition.kind.table : null;
  const { data: referred } = useRead(
    "record_get",
    { table: target ?? "", id: String(value) },
    { enabled: target !== null },
  );
  return (
    <span className="inline-flex h-7 shrink-0 items-center gap-1 rounded-full border border-accent-line bg-accent-soft pl-2.5 text-note font-medium whitespace-nowrap text-accent coarse:h-11">
      {words(referred?.title)}
      <AriaButton
        aria-label={t("filter.remove", { column: definition?.label ?? column })}
        onPress={onRemove}
        className="flex size-6 items-center justify-center rounded-full hovered:bg-surface coarse:size-10"
      >
        <X aria-hidden className="size-3.5" />
      </AriaButton>
    </span>
  );
}
