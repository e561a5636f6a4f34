// The records list: what is shown (useListState), the opened view (useView), the grid, and what stands around it.

import { useParams } from "@tanstack/react-router";
import { FilePlus2, ListChecks } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useRef, useState } from "react";
import { announce } from "@/app/announce";
import { decideConflict } from "@/app/decide";
import { go, history } from "@/app/history";
import { useCoarse, useLayout } from "@/app/layout";
import { useHasPlace } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useShortcut } from "@/app/shortcuts";
import { useSettings } from "@/app/workspace";
import { type CommandFailed, call, type RecordRow, type Table } from "@/backend";
import { Bar, Button, cx, ErrorNote, IconButton, Skeleton, toast } from "@/components";
import { Drafts } from "@/features/drafts";
import { Freshness, StatusButton } from "@/features/status";
import { formatCount, useTranslation } from "@/i18n";
import { ASK_FROM, BulkBar, useBulkDelete } from "./Bulk";
import { Chips } from "./Chips";
import { shownColumns } from "./columns";
import { EmptyList } from "./EmptyList";
import { FilterPopover } from "./FilterPopover";
import { Grid, type GridHandle } from "./grid/Grid";
import { ListOptions } from "./ListOptions";
import { isFiltered, type ListState, openArgs, useListState } from "./listState";
import { SearchBox } from "./SearchBox";
import { countSelected, nothing, type Selected } from "./selection";
import { useDrift, useView } from "./useView";
import { useVisit } from "./useVisit";
import { Views } from "./Views";

/** Below this width the grid is a list of cards. */
const NARROW = 560;
/** Below this width *New* shows its sign alone, so that the count has its place. */
const TIGHT = 720;

export function RecordsList({ table }: { table: Table }) {
  const { t } = useTranslation("records");
  const [state, setState] = useListState(table);
  const { id: openId = null } = useParams({ strict: false }) as { id?: string };
  const canOpen = useHasPlace("/t/$table/$id");
  const canMake = useHasPlace("/t/$table/new/$id");
  const hasOutbox = useHasPlace("/outbox");
  const layout = useLayout();
  const frame = useRef<HTMLDivElement>(null);
  const grid = useRef<GridHandle>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const width = useWidth(frame);
  const isNarrow = layout === "phone" || width < NARROW;
  const { rowHeight, headerHeight } = useHeights(isNarrow);
  useVisit(table.name);

  const { view, error, reopen, isCurrent } = useView(openArgs(table, state));
  const [loaded, setLoaded] = useState<{ hasGone: boolean; error: CommandFailed | null }>({
    hasGone: false,
    error: null,
  });
  const bringIn = useCallback(() => reopen(grid.current?.hold() ?? []), [reopen]);
  const drift = useDrift(table.name, view, loaded.hasGone, bringIn);
  const forgotten = loaded.error?.code === "not_found";
  const trouble = error ?? (forgotten ? null : loaded.error);
  useEffect(() => {
    // The client forgot the view (it was restarted): the question is asked again.
    if (forgotten) bringIn();
  }, [forgotten, bringIn]);

  const [selection, setSelection] = useState<{ of: string; selected: Selected }>({
    of: "",
    selected: nothing,
  });
  const question = view?.question ?? "";
  const selected = selection.of === question ? selection.selected : nothing;
  const onSelect = (next: Selected) => setSelection({ of: question, selected: next });
  const [isChoosing, setChoosing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const count = view ? countSelected(selected, view.total) : 0;
  const remove = useBulkDelete(table, view, selected, onSelect);

  useAnnouncedCount(view && isCurrent ? view.total : null, isFiltered(state));

  const open = (id: string) => {
    if (canOpen) go(paths.record(table.name, id), { keepSearch: true });
  };
  const make = async (title?: string) => {
    try {
      const made = await call("record_new", {
        table: table.name,
        copy_of: null,
        fields: title ? { [table.title]: title } : {},
      });
      go(paths.newRecord(table.name, made.id), { keepSearch: true });
    } catch {
      toast({ text: t("new.failed") });
    }
  };
  const onNew = canMake ? (title?: string) => void make(title) : null;
  useShortcut("n", () => onNew?.(), canMake);
  useShortcut("/", () => searchBox.current?.focus());

  const onSort = (column: string, add: boolean) => {
    const key = state.sort.find((each) => each.column === column);
    const rest = add ? state.sort.filter((each) => each.column !== column) : [];
    // Up, down, usual order.
    const next = !key
      ? [{ column, descending: false }]
      : key.descending
        ? []
        : [{ column, descending: true }];
    setState({ sort: [...rest, ...next] });
  };
  const markHref = (row: RecordRow) => {
    if (row.mark === "waiting" && hasOutbox) return paths.outbox();
    if (needsDecision(row)) return paths.conflict(table.name, row.id);
    return paths.record(table.name, row.id) + history.location.search;
  };
  // Over the list: it keeps its place.
  const onMark = (row: RecordRow) =>
    needsDecision(row) ? () => decideConflict({ table: table.name, id: row.id }) : undefined;

  const columns = shownColumns(table, state.columns);
  const props = { table, state, onChange: setState };
  const isEmpty = view !== null && view.total === 0;

  return (
    <div ref={frame} className="relative flex min-h-0 flex-1 flex-col">
      <header className="flex shrink-0 flex-col gap-1 border-b border-line px-2 pt-2 pb-1 tablet:px-3">
        <div className={cx("flex items-center gap-x-2 gap-y-2", isNarrow && "flex-wrap")}>
          <Views table={table} state={state} onChange={(next: ListState) => setState(next)} />
          {layout !== "phone" && <Count view={view} filtered={isFiltered(state)} />}
          {layout === "phone" && (
            <>
              <span className="ml-auto">
                <StatusButton placement="bottom end" />
              </span>
              <span className="-mt-2.5 flex w-full flex-wrap gap-x-1.5 px-2 text-note text-text-3">
                <Count view={view} filtered={isFiltered(state)} />
                <span aria-hidden className="max-[22rem]:hidden">
                  ·
                </span>
                <Freshness />
              </span>
            </>
          )}
          <div
            className={
              isNarrow
                ? "flex w-full items-center gap-1.5 px-1"
                : "flex min-w-0 flex-1 items-center justify-end gap-1.5"
            }
          >
            <SearchBox
              ref={searchBox}
              label={t("search", { table: table.label.toLocaleLowerCase() })}
              value={state.search}
              onChange={(search) => setState({ search })}
              onLeave={() => grid.current?.focus()}
              className={isNarrow ? "min-w-0 flex-1" : "max-w-72 min-w-24 flex-1"}
            />
            <FilterPopover
              table={table}
              conditions={state.conditions}
              onChange={(conditions) => setState({ conditions })}
              isNarrow={isNarrow}
            />
            <ListOptions {...props} />
            {isNarrow && (
              <IconButton
                icon={ListChecks}
                look="plain"
                label={t("select.rows")}
                aria-pressed={isChoosing || count > 0}
                onPress={() => {
                  setChoosing(!isChoosing && count === 0);
                  onSelect(nothing);
                }}
              />
            )}
            {onNew &&
              (width < TIGHT && layout !== "phone" ? (
                <IconButton
                  look="primary"
                  icon={FilePlus2}
                  label={t("new", { singular: table.singular })}
                  onPress={() => onNew()}
                />
              ) : (
                layout !== "phone" && (
                  <Button look="primary" icon={FilePlus2} onPress={() => onNew()}>
                    {t("new", { singular: table.singular })}
                  </Button>
                )
              ))}
          </div>
        </div>
        <div className="flex min-h-9 min-w-0 items-center">
          {view && count > 0 ? (
            <BulkBar
              table={table}
              view={view}
              selected={selected}
              onSelect={(next) => {
                onSelect(next);
                if (next !== nothing) return;
                setChoosing(false);
                // The bar goes, and the focus with it if nobody takes it.
                grid.current?.focus();
              }}
              isNarrow={isNarrow}
              isDeleting={isDeleting}
              setDeleting={setDeleting}
            />
          ) : (
            <Chips {...props} />
          )}
        </div>
      </header>
      <Drafts table={table} except={openId} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <DriftPill drift={drift} onShow={bringIn} />
        {trouble && <ErrorNote error={trouble} onRetry={bringIn} />}
        {!view && !error && <GridSkeleton rowHeight={rowHeight} />}
        {isEmpty && (
          <EmptyList
            table={table}
            state={state}
            tableTotal={view.tableTotal}
            onChange={setState}
            onNew={onNew}
          />
        )}
        {view && !isEmpty && (
          <Grid
            ref={grid}
            label={table.label}
            view={view}
            columns={columns}
            isNarrow={isNarrow}
            isSelecting={isNarrow ? isChoosing || count > 0 : count > 0}
            rowHeight={rowHeight}
            headerHeight={headerHeight}
            footRoom={layout === "phone" && onNew ? 80 : 0}
            sort={state.sort}
            onSort={onSort}
            selected={selected}
            onSelect={onSelect}
            openId={openId}
            onOpen={open}
            markHref={markHref}
            onMark={onMark}
            onDelete={() => {
              if (count >= ASK_FROM) setDeleting(true);
              else if (count > 0) void remove();
            }}
            onLoaded={setLoaded}
          />
        )}
        {layout === "phone" && onNew && count === 0 && (
          <Button
            look="primary"
            icon={FilePlus2}
            className="absolute right-4 bottom-4 z-30 h-12! rounded-full! px-5! shadow-float"
            onPress={() => onNew()}
          >
            {t("new.short")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Count({
  view,
  filtered,
}: {
  view: { total: number; tableTotal: number } | null;
  filtered: boolean;
}) {
  const { t } = useTranslation("records");
  if (!view) return null;
  const { total, tableTotal } = view;
  return (
    <span className="tabular truncate text-note text-text-3">
      {filtered
        ? t("count.of", { count: tableTotal, n: formatCount(total), total: formatCount(tableTotal) })
        : t("count", { count: total, n: formatCount(total) })}
    </span>
  );
}

/** "3 new · Show" (U7): nothing moves until it is pressed. */
function DriftPill({
  drift,
  onShow,
}: {
  drift: { added: number; removed: number; moved: boolean } | undefined;
  onShow: () => void;
}) {
  const { t } = useTranslation("records");
  const shown = useDeferredValue(drift);
  const added = shown?.added ?? 0;
  const n = formatCount(added);
  useEffect(() => {
    if (added > 0) announce(t("drift.announce", { count: added, n }), { topic: "drift", every: 30_000 });
  }, [added, n, t]);
  if (!shown || (added === 0 && shown.removed === 0 && !shown.moved)) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 top-10 z-30 flex justify-center">
      <Button
        look="primary"
        size="small"
        className="pointer-events-auto animate-appear rounded-full! px-3 shadow-float"
        onPress={onShow}
      >
        {added > 0 ? t("drift.added", { count: added, n }) : t("drift.changed")}
      </Button>
    </div>
  );
}

const BARS = Array.from({ length: 14 }, (_, bar) => bar);

function GridSkeleton({ rowHeight }: { rowHeight: number }) {
  return (
    <Skeleton>
      {BARS.map((bar) => (
        <div
          key={bar}
          className="flex items-center gap-8 border-b border-line px-6"
          style={{ height: rowHeight }}
        >
          <Bar className="w-1/4" />
          <Bar className="w-1/6" />
          <Bar className="w-1/5" />
        </div>
      ))}
    </Skeleton>
  );
}

/** How wide the list is; without end until it is laid out. */
function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [frame]);
  return width > 0 ? width : Number.POSITIVE_INFINITY;
}

function useHeights(isNarrow: boolean) {
  const { density } = useSettings();
  const isCoarse = useCoarse();
  const isPhone = useLayout() === "phone";
  const big = isCoarse || isPhone;
  if (isNarrow) return { rowHeight: big ? 64 : density === "compact" ? 48 : 54, headerHeight: 0 };
  return { rowHeight: big ? 44 : density === "compact" ? 28 : 36, headerHeight: isCoarse ? 44 : 32 };
}

/** Says how many were found, once the person stops typing (U10). */
function useAnnouncedCount(total: number | null, filtered: boolean): void {
  const { t } = useTranslation("records");
  useEffect(() => {
    if (total === null || !filtered) return;
    const words = total === 0 ? t("found_zero") : t("found", { count: total, n: formatCount(total) });
    announce(words, { topic: "found", every: 1_000 });
  }, [total, filtered, t]);
}

const needsDecision = ({ mark }: RecordRow) => mark === "conflict" || mark === "refused";
