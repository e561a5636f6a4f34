// The list without rows: first use, still loading, nothing found, all done (U86). Each with one way on.
import { CheckCheck, CloudDownload, FilePlus2, SearchX } from "lucide-react";
import { type Table, useRead } from "@/backend";
import { Button, EmptyState } from "@/components";
import { useTranslation } from "@/i18n";
import type { ListState } from "./listState";
import { emptyState } from "./listState";

export interface EmptyListProps {
  table: Table;
  state: ListState;
  tableTotal: number;
  onChange: (patch: Partial<ListState>) => void;
  /** Makes a record, with this title. None: records can't be made here. */
  onNew: ((title?: string) => void) | null;
}

export function EmptyList({ table, state, tableTotal, onChange, onNew }: EmptyListProps) {
  const { t } = useTranslation("records");
  const { data: status } = useRead("sync_status", {});
  const name = table.label.toLocaleLowerCase();
  const clear = () => onChange({ search: "", chip: null, conditions: [] });
  if (tableTotal === 0 && state.search === "") {
    if (status?.first_sync) {
      return (
        <EmptyState icon={CloudDownload} title={t("empty.first.sync")} note={t("empty.first.sync.note")} />
      );
    }
    return (
      <EmptyState
        icon={FilePlus2}
        title={t("empty.first.title", { table: name })}
        note={t("empty.first.note")}
      >
        {onNew && (
          <Button look="primary" icon={FilePlus2} onPress={() => onNew()}>
            {t("new", { singular: table.singular })}
          </Button>
        )}
      </EmptyState>
    );
  }
  if (state.chip && state.search === "" && state.conditions.length === 0) {
    return (
      <EmptyState
        icon={CheckCheck}
        title={t(`empty.chip.${state.chip}.title`)}
        note={t(`empty.chip.${state.chip}.note`)}
      >
        <Button onPress={() => onChange({ chip: emptyState.chip })}>
          {t("empty.show_all", { table: name })}
        </Button>
      </EmptyState>
    );
  }
  const term = state.search.trim();
  return (
    <EmptyState
      icon={SearchX}
      title={t("empty.none.title")}
      note={term ? t("empty.none.search", { table: name, term }) : t("empty.none.filter", { table: name })}
    >
      <Button onPress={clear}>{t("empty.clear")}</Button>
      {term && onNew && (
        <Button icon={FilePlus2} onPress={() => onNew(term)}>
          {t("empty.create", { term })}
        </Button>
      )}
    </EmptyState>
  );
}
