// How the list looks: sort order, row height, columns and their order.
import { ArrowDown, ArrowUp, SlidersHorizontal } from "lucide-react";
import { useSettings } from "@/app/workspace";
import { call, type Density, type Table } from "@/backend";
import { Button, Checkbox, IconButton, Popover, Select, Switch } from "@/components";
import { useTranslation } from "@/i18n";
import { allColumns, shownColumns } from "./columns";
import type { ListState } from "./listState";

export interface ListOptionsProps {
  table: Table;
  state: ListState;
  onChange: (patch: Partial<ListState>) => void;
}

export function ListOptions({ table, state, onChange }: ListOptionsProps) {
  const { t } = useTranslation("records");
  return (
    <Popover
      label={t("tools")}
      placement="bottom end"
      className="w-80"
      trigger={<IconButton icon={SlidersHorizontal} label={t("tools")} look="plain" />}
    >
      <div className="flex flex-col gap-4">
        <Sorting table={table} state={state} onChange={onChange} />
        <RowHeight />
        <Columns table={table} state={state} onChange={onChange} />
      </div>
    </Popover>
  );
}

function Sorting({ table, state, onChange }: ListOptionsProps) {
  const { t } = useTranslation("records");
  const key = state.sort[0];
  return (
    <div className="flex flex-col gap-1">
      <Select
        label={t("sort")}
        options={allColumns(table).map((column) => ({ id: column.name, label: column.label }))}
        value={key?.column ?? null}
        emptyLabel={t("sort.default")}
        placeholder={t("sort.default")}
        onChange={(column) =>
          onChange({ sort: column === null ? [] : [{ column, descending: key?.descending ?? false }] })
        }
      />
      {key && (
        <Switch
          label={t("sort.descending")}
          isSelected={key.descending}
          onChange={(descending) => onChange({ sort: [{ ...key, descending }, ...state.sort.slice(1)] })}
        />
      )}
    </div>
  );
}

function RowHeight() {
  const { t } = useTranslation("records");
  const settings = useSettings();
  const densities: Density[] = ["comfortable", "compact"];
  return (
    <Select
      label={t("density")}
      options={densities.map((density) => ({ id: density, label: t(`density.${density}`) }))}
      value={settings.density}
      onChange={(density) => density && void call("settings_set", { density: density as Density })}
    />
  );
}

function Columns({ table, state, onChange }: ListOptionsProps) {
  const { t } = useTranslation("records");
  const all = allColumns(table);
  const shown = shownColumns(table, state.columns).map((column) => column.name);
  const rest = all.filter((column) => !shown.includes(column.name));
  const ordered = [...shown.flatMap((name) => all.find((column) => column.name === name) ?? []), ...rest];
  const set = (columns: string[]) => onChange({ columns });
  const swap = (from: number, to: number) => {
    const next = [...shown];
    [next[from], next[to]] = [next[to] ?? "", next[from] ?? ""];
    set(next);
  };
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-note font-medium text-text-2">{t("columns.shown")}</legend>
      <div className="max-h-64 overflow-auto">
        {ordered.map((column) => {
          const at = shown.indexOf(column.name);
          const isTitle = column.name === table.title;
          return (
            <div key={column.name} className="flex min-h-8 items-center gap-1">
              <span className="min-w-0 flex-1">
                <Checkbox
                  isSelected={at >= 0}
                  isDisabled={isTitle}
                  onChange={(on) =>
                    set(on ? [...shown, column.name] : shown.filter((name) => name !== column.name))
                  }
                >
                  {column.label}
                </Checkbox>
              </span>
              {at > 0 && (
                <>
                  <IconButton
                    size="small"
                    icon={ArrowUp}
                    label={t("columns.earlier", { column: column.label })}
                    isDisabled={at <= 1}
                    onPress={() => swap(at, at - 1)}
                  />
                  <IconButton
                    size="small"
                    icon={ArrowDown}
                    label={t("columns.later", { column: column.label })}
                    isDisabled={at >= shown.length - 1}
                    onPress={() => swap(at, at + 1)}
                  />
                </>
              )}
            </div>
          );
        })}
      </div>
      {state.columns && (
        <span className="mt-2">
          <Button size="small" look="quiet" onPress={() => onChange({ columns: null })}>
            {t("columns.reset")}
          </Button>
        </span>
      )}
    </fieldset>
  );
}
