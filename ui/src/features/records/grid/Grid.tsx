// The grid: only the rows near the screen exist; the focused row always does (U7, U76). Made of divs with grid roles,
// since a table can't be virtualized. Clicks and keys are heard in one place, on the grid.
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { CommandFailed, RecordRow, SortKey } from "@/backend";
import { useLate } from "@/components";
import type { GridColumn } from "../columns";
import { countSelected, everything, isSelected, nothing, type Selected, withRows } from "../selection";
import { useRange } from "../useRange";
import { type OpenView, useRows } from "../useView";
import { GridHeader } from "./GridHeader";
import { GridRow } from "./GridRow";
import { type Cell, moved } from "./keys";
import { useOpenInSight } from "./useOpenInSight";

export interface GridHandle {
  focus: () => void;
  /** Ids of the row at the top and of the focused row, to hold on to. */
  hold: () => string[];
}

export interface GridProps {
  label: string;
  view: OpenView;
  columns: GridColumn[];
  isNarrow: boolean;
  isSelecting: boolean;
  rowHeight: number;
  headerHeight: number;
  /** Free space below the last row, in px. */
  footRoom: number;
  sort: SortKey[];
  /** `add`: keep the other keys (Shift). */
  onSort: (column: string, add: boolean) => void;
  selected: Selected;
  onSelect: (selected: Selected) => void;
  openId: string | null;
  onOpen: (id: string) => void;
  markHref: (row: RecordRow) => string;
  /** What a click on the mark does instead, if anything. */
  onMark: (row: RecordRow) => (() => void) | undefined;
  onDelete: () => void;
  onLoaded: (info: { hasGone: boolean; error: CommandFailed | null }) => void;
  ref?: Ref<GridHandle>;
}

export function Grid(props: GridProps) {
  "use no memo"; // The virtualizer answers differently on each call.
  const { view, columns, isNarrow, isSelecting, rowHeight, headerHeight, selected, onSelect, onLoaded } =
    props;
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const hasFocus = useRef(false);
  const [wanted, setActive] = useState<Cell>({ row: 0, col: isNarrow ? 0 : 2 });
  const cols = isNarrow ? (isSelecting ? 2 : 1) : columns.length + 2;
  // Cards have no header and fewer cells: the nearest cell that exists.
  const active = {
    row: isNarrow ? Math.max(0, wanted.row) : wanted.row,
    col: Math.min(wanted.col, cols - 1),
  };
  const late = useLate();

  const header = isNarrow ? 0 : headerHeight;
  const virtualizer = useVirtualizer({
    count: view.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // On a phone the last record is not hidden behind *New*.
    paddingEnd: props.footRoom,
    scrollPaddingStart: header,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const row = Math.min(active.row, view.total - 1);
      return row >= 0 && !shown.includes(row) ? [...shown, row].sort((a, b) => a - b) : shown;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height is the reason to measure again.
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const range = virtualizer.range ?? { startIndex: 0, endIndex: 40 };
  const { rowAt, loaded, error } = useRows(
    view.id,
    range.startIndex - 20,
    Math.min(range.endIndex + 40, view.total),
  );
  const activeRow = useRows(view.id, active.row, active.row).rowAt(active.row);
  const at = (index: number) => rowAt(index) ?? (index === active.row ? activeRow : undefined);

  const selecting = useRange(view, (index) => at(index)?.id, onSelect);

  const hasGone = loaded.some((row) => row.gone);
  useEffect(() => onLoaded({ hasGone, error }), [hasGone, error, onLoaded]);

  // Another question starts at the top; the same question opened again keeps its place.
  const held = useRef({
    question: view.question,
    id: view.id,
    top: null as string | null,
    offset: 0,
    focused: null as string | null,
  });
  useLayoutEffect(() => {
    const before = held.current;
    if (before.id === view.id) return;
    if (before.question !== view.question) {
      scroller.current?.scrollTo({ top: 0 });
      setActive((cell) => ({ ...cell, row: 0 }));
    } else {
      const find = (id: string | null) => view.kept.find((each) => each.id === id)?.position;
      const top = find(before.top);
      if (top !== undefined) scroller.current?.scrollTo({ top: top * rowHeight + before.offset });
      const focused = find(before.focused);
      if (focused !== undefined) setActive((cell) => ({ ...cell, row: focused }));
    }
    held.current = { ...before, question: view.question, id: view.id };
  }, [view, rowHeight]);
  useEffect(() => {
    const offset = scroller.current?.scrollTop ?? 0;
    const first = Math.floor(offset / rowHeight);
    const top = at(first)?.id ?? null;
    if (held.current.id === view.id && top) {
      // At the very top new rows may come in above: the top is held, not the row.
      held.current.top = offset === 0 ? null : top;
      held.current.offset = offset - first * rowHeight;
      held.current.focused = activeRow?.id ?? null;
    }
  });

  useOpenInSight({
    view: view.id,
    openId: props.openId,
    rowHeight,
    isSeen: (row) => {
      const box = scroller.current;
      if (!box) return true;
      const from = row * rowHeight - box.scrollTop;
      return from >= 0 && from + rowHeight <= box.clientHeight - header;
    },
    show: (row) => {
      virtualizer.scrollToIndex(row, { align: "center" });
      // Who is in the list goes on from where they are.
      if (!hasFocus.current) setActive((cell) => ({ ...cell, row }));
    },
  });

  const focusCell = () => {
    const cell = scroller.current?.querySelector<HTMLElement>(
      `[data-row="${active.row}"] [data-col="${active.col}"]`,
    );
    // The marks' own cell hands the focus on, so that its tooltip and its link work.
    const hasMark = !isNarrow && active.col === 1;
    ((hasMark ? cell?.querySelector<HTMLElement>("a, [data-mark], [role=img]") : null) ?? cell)?.focus({
      preventScroll: true,
    });
    return cell;
  };
  useLayoutEffect(() => {
    // The cell that had the focus is gone (the list has become narrow): its neighbour takes it, not the page.
    const isLost = hasFocus.current && document.activeElement === document.body;
    if (!wantsFocus.current && !isLost) return;
    wantsFocus.current = false;
    focusCell()?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  useImperativeHandle(props.ref, () => ({
    focus: () => focusCell(),
    hold: () => [held.current.top, held.current.focused].filter((id): id is string => id !== null),
  }));

  const go = (to: Cell) => {
    wantsFocus.current = true;
    if (to.row >= 0 && to.row !== active.row) virtualizer.scrollToIndex(to.row, { align: "auto" });
    setActive(to);
  };
  const toggle = (index: number) => {
    const row = at(index);
    if (!row) return;
    selecting.drop();
    selecting.place(index);
    onSelect(withRows(selected, [row.id], !isSelected(selected, row.id)));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const mod = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 600) - header) / rowHeight) - 1);
    const to = moved(active, { key: event.key, mod }, { rows: view.total, cols, page });
    if (to) {
      event.preventDefault();
      if (isNarrow && to.row < 0) to.row = 0;
      if (event.shiftKey && to.row >= 0 && to.row !== active.row) void selecting.extend(active.row, to.row);
      go(to);
      return;
    }
    if (event.key === " ") {
      event.preventDefault();
      if (active.row < 0) headerAction(active.col, event.shiftKey);
      else if (event.shiftKey) void selecting.extend(active.row, active.row);
      else toggle(active.row);
    } else if (event.key === "Enter") {
      if (active.row < 0) {
        event.preventDefault();
        headerAction(active.col, event.shiftKey);
      } else if (!(event.target as HTMLElement).closest("a")) {
        event.preventDefault();
        const row = at(active.row);
        if (row) props.onOpen(row.id);
      }
    } else if (mod && event.key.toLowerCase() === "a") {
      event.preventDefault();
      selecting.drop();
      onSelect(everything);
    } else if (event.key === "Escape" && countSelected(selected, view.total) > 0) {
      event.preventDefault();
      selecting.drop();
      onSelect(nothing);
    } else if (event.key === "Delete") {
      event.preventDefault();
      props.onDelete();
    }
  };

  const headerAction = (col: number, add: boolean) => {
    const column = columns[col - 2];
    selecting.drop();
    if (col === 0) onSelect(countSelected(selected, view.total) > 0 ? nothing : everything);
    else if (column) props.onSort(column.name, add);
  };

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const row = Number(target.closest<HTMLElement>("[data-row]")?.dataset.row ?? Number.NaN);
    const col = Number(target.closest<HTMLElement>("[data-col]")?.dataset.col ?? Number.NaN);
    if (Number.isNaN(row) || Number.isNaN(col)) return;
    setActive({ row, col });
    if (row < 0) {
      headerAction(col, event.shiftKey);
      return;
    }
    if (target.closest("a")) return;
    const record = at(row);
    if (event.shiftKey) void selecting.extend(active.row, row);
    else if (
      event.ctrlKey ||
      event.metaKey ||
      (col === 0 && (!isNarrow || isSelecting)) ||
      (isNarrow && isSelecting)
    )
      toggle(row);
    else if (record) {
      selecting.place(row);
      props.onOpen(record.id);
    }
  };

  const template = isNarrow
    ? isSelecting
      ? "3rem 1fr"
      : "1fr"
    : `2.25rem 2.75rem ${columns.map((column) => column.track).join(" ")}`;
  const count = countSelected(selected, view.total);

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={view.total + (isNarrow ? 0 : 1)}
      aria-colcount={cols}
      aria-multiselectable
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onBlur={(event) => {
        hasFocus.current = event.currentTarget.contains(event.relatedTarget);
      }}
      onFocus={(event) => {
        hasFocus.current = true;
        if (event.target === event.currentTarget) {
          wantsFocus.current = true;
          setActive((cell) => ({ ...cell }));
        }
      }}
      style={{ scrollPaddingTop: header, scrollPaddingLeft: isNarrow ? 0 : 80 }}
      className="relative min-h-0 flex-1 overflow-auto overscroll-contain bg-surface select-none"
    >
      <div className="relative flex min-h-full w-max min-w-full flex-col">
        {!isNarrow && (
          <GridHeader
            columns={columns}
            sort={props.sort}
            template={template}
            activeCol={active.row === -1 ? active.col : null}
            selected={count === 0 ? "none" : count >= view.total ? "all" : "some"}
          />
        )}
        <div
          role="rowgroup"
          className="relative grid"
          style={{ height: virtualizer.getTotalSize(), gridTemplateColumns: template }}
        >
          {items.map((item) => {
            const row = at(item.index);
            if (!row && !late) return null;
            return (
              <GridRow
                key={item.index}
                index={item.index}
                row={row}
                columns={columns}
                isNarrow={isNarrow}
                isSelecting={isSelecting}
                isSelected={row !== undefined && isSelected(selected, row.id)}
                isOpen={row !== undefined && row.id === props.openId}
                activeCol={active.row === item.index ? active.col : null}
                markHref={row ? props.markHref(row) : ""}
                onMark={row && props.onMark(row)}
                top={item.start}
                height={rowHeight}
                template={template}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
