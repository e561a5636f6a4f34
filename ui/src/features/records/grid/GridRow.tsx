// One row of the grid: select · state · values; or a card of two lines where there is little room.
import { Check, Circle } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RecordRow } from "@/backend";
import { Bar, cx, SyncMark, Tooltip, useNow, ValueText, valueText } from "@/components";
import { formatMoment, formatWhen, useTranslation } from "@/i18n";
import type { GridColumn } from "../columns";

export interface GridRowProps {
  index: number;
  row: RecordRow | undefined;
  columns: GridColumn[];
  isNarrow: boolean;
  /** Tick boxes are shown for every row. */
  isSelecting: boolean;
  isSelected: boolean;
  /** Its record is open beside the list. */
  isOpen: boolean;
  /** The column of this row that Tab reaches, if any. */
  activeCol: number | null;
  markHref: string;
  onMark: (() => void) | undefined;
  top: number;
  height: number;
  template: string;
}

export function GridRow(props: GridRowProps) {
  const { index, row, columns, isNarrow, isSelecting, isSelected, isOpen, activeCol, top, height, template } =
    props;
  const flash = useFlash(row);
  return (
    <div
      role="row"
      aria-rowindex={index + (isNarrow ? 1 : 2)}
      aria-selected={isSelected}
      data-row={index}
      data-open={isOpen || undefined}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
      className={cx(
        "group absolute inset-x-0 grid cursor-default items-stretch border-b border-line text-list",
        isSelected ? "bg-accent-soft" : isOpen ? "bg-surface-3" : "bg-surface hover:bg-hover",
        row?.gone && "text-text-3 line-through",
      )}
    >
      {flash > 0 && (
        <span
          key={flash}
          aria-hidden
          className="flash-once pointer-events-none absolute inset-0 mix-blend-multiply dark:mix-blend-screen"
        />
      )}
      {isOpen && <span aria-hidden className="absolute inset-y-0 left-0 z-20 w-0.5 bg-accent" />}
      {(!isNarrow || isSelecting) && (
        <Cell col={0} activeCol={activeCol} sticky={!isNarrow} className="justify-center px-0">
          <span
            aria-hidden
            data-tick
            className={cx(
              "flex size-full items-center justify-center",
              !isSelected &&
                !isSelecting &&
                "opacity-0 group-hover:opacity-100 group-focus-within:opacity-100",
            )}
          >
            <span
              className={cx(
                "flex size-4 items-center justify-center rounded-sm border coarse:size-5",
                isSelected ? "border-accent bg-accent text-on-accent" : "border-line-strong bg-surface",
              )}
            >
              {isSelected && <Check className="size-3" strokeWidth={3} />}
            </span>
          </span>
          <SelectName title={row?.title} />
        </Cell>
      )}
      {isNarrow ? (
        <Card {...props} col={isSelecting ? 1 : 0} />
      ) : (
        <>
          <Cell col={1} activeCol={activeCol} sticky left="2.25rem" className="justify-center px-0">
            <State row={row} href={props.markHref} onFollow={props.onMark} />
          </Cell>
          {columns.map((column, at) => (
            <Cell
              key={column.name}
              col={at + 2}
              activeCol={activeCol}
              sticky={at === 0}
              left="5rem"
              className={cx(
                column.isNumber && "justify-end",
                at === 0 ? "font-medium text-text" : "text-text-2",
              )}
            >
              {row ? <ColumnValue column={column} row={row} isTitle={at === 0} /> : <Bar className="w-2/3" />}
            </Cell>
          ))}
        </>
      )}
    </div>
  );
}

function SelectName({ title }: { title: string | undefined }) {
  const { t } = useTranslation("records");
  return title ? <span className="sr-only">{t("select.row", { title })}</span> : null;
}

interface CellProps {
  col: number;
  activeCol: number | null;
  sticky?: boolean;
  left?: string;
  className?: string;
  children: ReactNode;
}

function Cell({ col, activeCol, sticky = false, left = "0px", className, children }: CellProps) {
  return (
    <div
      role="gridcell"
      aria-colindex={col + 1}
      data-col={col}
      tabIndex={activeCol === col ? 0 : -1}
      style={sticky ? { left } : undefined}
      className={cx(
        "flex min-w-0 items-center px-2 focus-visible:z-20 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus",
        sticky && "sticky z-10 bg-inherit",
        className,
      )}
    >
      {children}
    </div>
  );
}

function ColumnValue({ column, row, isTitle }: { column: GridColumn; row: RecordRow; isTitle: boolean }) {
  if (isTitle) {
    return (
      <span className="truncate" title={row.title}>
        {row.title}
      </span>
    );
  }
  if (!column.column) {
    return column.name === "updated_at" ? (
      <span className="tabular truncate">{formatMoment(row.updated_at)}</span>
    ) : null;
  }
  const { column: definition } = column;
  const value = row.fields[definition.name];
  const text = valueText(definition, value, row.reference_titles[definition.name]);
  return (
    <span className="truncate" title={text}>
      <ValueText
        column={definition}
        value={value}
        referenceTitle={row.reference_titles[definition.name]}
        compact
      />
    </span>
  );
}

/** The row's marks: its own state, and a dot where someone else changed it since the last visit (U8, U14). */
function State({
  row,
  href,
  onFollow,
}: {
  row: RecordRow | undefined;
  href: string;
  onFollow: (() => void) | undefined;
}) {
  const { t } = useTranslation("records");
  const { t: tCommon } = useTranslation();
  const now = useNow();
  if (!row) return null;
  const { mark, changed_by_others: others } = row;
  if (mark === "synced" && !others) return <span className="sr-only">{tCommon("mark.synced")}</span>;
  const words =
    others &&
    t("row.changed", { who: others.who || tCommon("who.someone"), when: formatWhen(others.at, now) });
  return (
    <>
      <SyncMark mark={mark} href={href} onFollow={onFollow} tabIndex={-1} also={words} />
      {words && (
        <Tooltip tip={words}>
          <span
            role="img"
            tabIndex={-1}
            data-mark
            aria-label={words}
            className={cx(
              "flex h-6 shrink-0 items-center justify-center rounded-sm text-accent",
              mark === "synced" ? "w-6" : "w-4",
            )}
          >
            <Circle aria-hidden className="size-2 fill-current" />
          </span>
        </Tooltip>
      )}
    </>
  );
}

function Card({ row, columns, activeCol, col, markHref, onMark }: GridRowProps & { col: number }) {
  const { t } = useTranslation("records");
  if (!row) {
    return (
      <Cell col={col} activeCol={activeCol} className="flex-col items-start justify-center gap-2 px-4">
        <Bar className="w-1/2" />
        <Bar className="h-2 w-1/3" />
      </Cell>
    );
  }
  const second = columns
    .slice(1)
    .flatMap(({ column }) => {
      if (!column || column.kind.type === "location" || column.kind.type === "link") return [];
      const value = row.fields[column.name];
      if (typeof value === "boolean") return value ? [column.label] : [];
      return valueText(column, value, row.reference_titles[column.name]) || [];
    })
    .slice(0, 4)
    .join(" · ");
  return (
    <Cell col={col} activeCol={activeCol} className="gap-2 px-4">
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate text-body font-medium text-text">{row.title}</span>
        <span className="truncate text-note text-text-2">{row.gone ? t("row.gone") : second}</span>
      </span>
      <State row={row} href={markHref} onFollow={onMark} />
    </Cell>
  );
}

/** Counts up when someone else changes the record while its row is on screen. */
function useFlash(row: RecordRow | undefined): number {
  const seen = row ? `${row.id}@${row.changed_by_others?.at ?? ""}` : null;
  const [state, setState] = useState({ seen, count: 0 });
  if (seen !== null && seen !== state.seen) {
    const isSameRow = state.seen?.split("@")[0] === row?.id;
    setState({ seen, count: isSameRow && row?.changed_by_others ? state.count + 1 : 0 });
  }
  return state.count;
}
