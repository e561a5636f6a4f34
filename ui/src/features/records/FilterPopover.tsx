// The conditions that all must hold, built row by row; each acts as soon as it is whole.
import { ListFilter, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Condition, Operator, Table } from "@/backend";
import { Badge, Button, IconButton, Popover, Select } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { ColumnInput } from "./ColumnInput";
import { isWhole, needsValue, operatorsFor, operatorWords } from "./conditions";

export interface FilterPopoverProps {
  table: Table;
  conditions: Condition[];
  onChange: (conditions: Condition[]) => void;
  isNarrow: boolean;
}

export function FilterPopover({ table, conditions, onChange, isNarrow }: FilterPopoverProps) {
  const { t } = useTranslation("records");
  const count = conditions.length;
  return (
    <Popover
      label={t("filter.title", { table: table.label })}
      placement="bottom end"
      className="w-[34rem]"
      trigger={
        <Button
          icon={ListFilter}
          aria-label={count > 0 ? `${t("filter")} (${formatCount(count)})` : t("filter")}
        >
          {!isNarrow && t("filter")}
          {count > 0 && <Badge tone="accent">{formatCount(count)}</Badge>}
        </Button>
      }
    >
      <Builder table={table} conditions={conditions} onChange={onChange} />
    </Popover>
  );
}

interface Row {
  key: number;
  condition: Condition;
}

let lastKey = 0;
const fresh = (condition: Condition): Row => {
  lastKey += 1;
  return { key: lastKey, condition };
};

function Builder({ table, conditions, onChange }: Omit<FilterPopoverProps, "isNarrow">) {
  const { t } = useTranslation("records");
  const first = table.columns[0];
  const blank = (): Condition => ({
    column: first?.name ?? "",
    operator: first ? (operatorsFor(first)[0] ?? "is") : "is",
    value: null,
  });
  // Rows that are not whole yet stay here; the list has only whole ones.
  const [rows, setRows] = useState<Row[]>(() => (conditions.length > 0 ? conditions : [blank()]).map(fresh));
  const set = (next: Row[]) => {
    setRows(next);
    const whole = next.map((row) => row.condition).filter(isWhole);
    if (JSON.stringify(whole) !== JSON.stringify(conditions)) onChange(whole);
  };
  const patch = (key: number, change: Partial<Condition>) =>
    set(rows.map((row) => (row.key === key ? { key, condition: { ...row.condition, ...change } } : row)));
  return (
    <div className="flex flex-col gap-3">
      <p className="text-14 font-semibold">{t("filter.title", { table: table.label })}</p>
      {rows.length === 0 && <p className="text-note text-text-3">{t("filter.none")}</p>}
      {rows.map(({ key, condition }) => {
        const column = table.columns.find((each) => each.name === condition.column);
        if (!column) return null;
        return (
          <div
            key={key}
            className="grid grid-cols-[1fr_1fr_auto] items-start gap-2 tablet:grid-cols-[10rem_8rem_1fr_auto]"
          >
            <Select
              label={t("filter.column")}
              hideLabel
              options={table.columns.map((each) => ({ id: each.name, label: each.label }))}
              value={condition.column}
              onChange={(name) => {
                const next = table.columns.find((each) => each.name === name);
                if (next)
                  patch(key, { column: next.name, operator: operatorsFor(next)[0] ?? "is", value: null });
              }}
            />
            <Select
              label={t("filter.operator")}
              hideLabel
              options={operatorsFor(column).map((operator) => ({
                id: operator,
                label: operatorWords(column, operator),
              }))}
              value={condition.operator}
              onChange={(operator) => operator && patch(key, { operator: operator as Operator })}
            />
            <div className="max-tablet:order-last max-tablet:col-span-3">
              {needsValue(condition.operator) && (
                <ColumnInput
                  column={column}
                  label={t("filter.value")}
                  hideLabel
                  isCondition
                  value={condition.value}
                  onChange={(value) => patch(key, { value })}
                />
              )}
            </div>
            <IconButton
              icon={Trash2}
              label={t("filter.remove", { column: column.label })}
              onPress={() => set(rows.filter((row) => row.key !== key))}
            />
          </div>
        );
      })}
      <div className="flex gap-2">
        <Button size="small" icon={Plus} onPress={() => set([...rows, fresh(blank())])}>
          {t("filter.add")}
        </Button>
        {conditions.length > 0 && (
          <Button size="small" look="quiet" onPress={() => set([])}>
            {t("filter.clear")}
          </Button>
        )}
      </div>
    </div>
  );
}
