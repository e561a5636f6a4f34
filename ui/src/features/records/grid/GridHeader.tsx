// The header row: names of the columns, each sorts by a click or Enter.
import { ArrowDown, ArrowUp, Check, Minus } from "lucide-react";
import type { SortKey } from "@/backend";
import { cx } from "@/components";
import { useTranslation } from "@/i18n";
import type { GridColumn } from "../columns";

export interface GridHeaderProps {
  columns: GridColumn[];
  sort: SortKey[];
  template: string;
  activeCol: number | null;
  /** All, some or no rows are selected. */
  selected: "all" | "some" | "none";
}

const cell =
  "flex min-w-0 items-center gap-1 px-2 focus-visible:z-20 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus";

export function GridHeader({ columns, sort, template, activeCol, selected }: GridHeaderProps) {
  const { t } = useTranslation("records");
  return (
    <div role="rowgroup" className="sticky top-0 z-30 bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        data-row={-1}
        style={{ gridTemplateColumns: template }}
        className="grid h-8 border-b border-line-2 bg-surface text-note font-medium text-text-3 coarse:h-11"
      >
        <div
          role="columnheader"
          aria-colindex={1}
          data-col={0}
          tabIndex={activeCol === 0 ? 0 : -1}
          className={cx(cell, "sticky left-0 z-10 justify-center bg-surface px-0")}
        >
          <span className="sr-only">{t("select.all")}</span>
          <span
            aria-hidden
            className={cx(
              "flex size-4 items-center justify-center rounded-sm border coarse:size-5",
              selected === "none"
                ? "border-line-strong bg-surface"
                : "border-accent bg-accent text-on-accent",
            )}
          >
            {selected === "all" && <Check className="size-3" strokeWidth={3} />}
            {selected === "some" && <Minus className="size-3" strokeWidth={3} />}
          </span>
        </div>
        <div
          role="columnheader"
          aria-colindex={2}
          data-col={1}
          tabIndex={activeCol === 1 ? 0 : -1}
          className={cx(cell, "sticky left-9 z-10 bg-surface px-0")}
        >
          <span className="sr-only">{t("column.mark")}</span>
        </div>
        {columns.map((column, at) => {
          const place = sort.findIndex((key) => key.column === column.name);
          const key = sort[place];
          const Arrow = key?.descending ? ArrowDown : ArrowUp;
          return (
            <div
              key={column.name}
              role="columnheader"
              aria-colindex={at + 3}
              aria-sort={key ? (key.descending ? "descending" : "ascending") : "none"}
              data-col={at + 2}
              data-sort={column.name}
              tabIndex={activeCol === at + 2 ? 0 : -1}
              style={at === 0 ? { left: "5rem" } : undefined}
              className={cx(
                cell,
                "cursor-default select-none hover:bg-hover hover:text-text",
                at === 0 && "sticky z-10 bg-surface",
                column.isNumber && "justify-end",
                key && "text-text",
              )}
            >
              <span className="truncate">{column.label}</span>
              {key && <Arrow aria-hidden className="size-3.5 shrink-0 text-accent" />}
              {key && sort.length > 1 && (
                <span aria-hidden className="tabular">
                  {place + 1}
                </span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
