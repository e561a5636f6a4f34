// Filters, sort and groups of the inbox; on a phone behind one button.
import { FilterX, SlidersHorizontal, X } from "lucide-react";
import type { ReactNode } from "react";
import { useLayout } from "@/app/layout";
import { useWorkspace } from "@/app/workspace";
import type { ConflictItem } from "@/backend";
import { Badge, Button, IconButton, Popover, Select, TextInput } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { kinds } from "../words";
import { type Arrangement, columnsIn, groupings, isFiltered, sorts } from "./arrange";

export interface FiltersProps {
  all: ConflictItem[];
  shown: number;
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
  /** Beside the search. */
  children: ReactNode;
}

export function Filters({ all, shown, arrangement, onArrange, children }: FiltersProps) {
  const { t } = useTranslation("conflicts");
  const layout = useLayout();
  const change = (patch: Partial<Arrangement>) => onArrange({ ...arrangement, ...patch });
  const on = [arrangement.table, arrangement.kind, arrangement.column].filter((each) => each !== null).length;
  return (
    <>
      <TextInput
        label={t("search")}
        hideLabel
        type="search"
        placeholder={t("search")}
        value={arrangement.search}
        onChange={(search) => change({ search })}
        className="w-52 max-tablet:min-w-32 max-tablet:flex-1"
        suffix={
          arrangement.search ? (
            <IconButton
              size="small"
              icon={X}
              label={t("search.clear")}
              onPress={() => change({ search: "" })}
            />
          ) : undefined
        }
      />
      <Popover
        label={t("arrange")}
        placement="bottom end"
        className="w-80"
        trigger={
          <Button size={layout === "phone" ? "normal" : "small"} icon={SlidersHorizontal}>
            {t("filter")}
            {on > 0 && <Badge tone="accent">{formatCount(on)}</Badge>}
          </Button>
        }
      >
        <Choices all={all} arrangement={arrangement} change={change} />
      </Popover>
      {isFiltered(arrangement) && (
        <>
          <span role="status" className="tabular text-note text-text-3">
            {t("shown", { n: formatCount(shown), all: formatCount(all.length) })}
          </span>
          <Button
            size="small"
            look="quiet"
            icon={FilterX}
            onPress={() => change({ search: "", table: null, kind: null, column: null })}
          >
            {t("filter.clear")}
          </Button>
        </>
      )}
      <span className="ml-auto">{children}</span>
    </>
  );
}

interface ChoicesProps {
  all: ConflictItem[];
  arrangement: Arrangement;
  change: (patch: Partial<Arrangement>) => void;
}

function Choices({ all, arrangement, change }: ChoicesProps) {
  const { t } = useTranslation("conflicts");
  const { schema } = useWorkspace();
  const of = arrangement.table ? all.filter((item) => item.table === arrangement.table) : all;
  const tables = schema.tables.filter((table) => all.some((item) => item.table === table.name));
  const columns = columnsIn(of, schema);
  return (
    <div className="flex flex-col gap-3">
      <Select
        label={t("filter.table")}
        emptyLabel={t("filter.all.table")}
        placeholder={t("filter.all.table")}
        options={tables.map((table) => ({ id: table.name, label: table.label }))}
        value={arrangement.table}
        onChange={(table) => change({ table, column: null })}
      />
      <Select
        label={t("filter.kind")}
        emptyLabel={t("filter.all.kind")}
        placeholder={t("filter.all.kind")}
        options={kinds
          .filter((kind) => all.some((item) => item.kind === kind))
          .map((kind) => ({ id: kind, label: t(`kind.${kind}`) }))}
        value={arrangement.kind}
        onChange={(id) => change({ kind: kinds.find((kind) => kind === id) ?? null })}
      />
      <Select
        label={t("filter.column")}
        emptyLabel={t("filter.all.column")}
        placeholder={t("filter.all.column")}
        options={columns}
        value={arrangement.column}
        onChange={(column) => change({ column })}
      />
      <Select
        label={t("sort")}
        options={sorts.map((sort) => ({ id: sort, label: t(`sort.${sort}`) }))}
        value={arrangement.sort}
        onChange={(id) => change({ sort: sorts.find((sort) => sort === id) ?? "newest" })}
      />
      <Select
        label={t("group")}
        options={groupings.map((group) => ({ id: group, label: t(`group.${group}`) }))}
        value={arrangement.group}
        onChange={(id) => change({ group: groupings.find((group) => group === id) ?? "none" })}
      />
    </div>
  );
}
