// An opened view: its order stays frozen until the person asks for another one or presses *Show* (U7). Opening again
// keeps the place: the row at the top stays at the top.
import { useCallback, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from "react";
import {
  type CommandFailed,
  call,
  onTopics,
  queryClient,
  type RecordRow,
  readQuery,
  useRead,
  useReads,
  type ViewOpenArgs,
} from "@/backend";

const WINDOW = 100;
const windowAt = (position: number) => Math.floor(Math.max(0, position) / WINDOW) * WINDOW;

export interface OpenView {
  id: number;
  total: number;
  tableTotal: number;
  /** Changes with the question (another search), not when the same question is opened again. */
  question: string;
  /** Where the rows to hold on to stand now, after opening the same question again. */
  kept: { id: string; position: number }[];
}

const readRows = (view: number, start: number) => readQuery("view_rows", { view, start, count: WINDOW });

let current: { table: string; view: number } | null = null;
const watchers = new Set<() => void>();

function setCurrent(next: typeof current) {
  current = next;
  for (const watcher of watchers) watcher();
}

/** The view that is on screen, for the record pane's *previous* and *next*. */
export const useCurrentView = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => current,
  );

export function useView(args: ViewOpenArgs) {
  const question = JSON.stringify(args);
  const [view, setView] = useState<OpenView | null>(null);
  const [error, setError] = useState<CommandFailed | null>(null);
  const latest = useRef(0);
  const open = useRef<number | null>(null);

  const run = useCallback(async (ask: string, hold: string[]) => {
    latest.current += 1;
    const turn = latest.current;
    const asked = JSON.parse(ask) as ViewOpenArgs;
    try {
      const opened = await call("view_open", asked);
      const found = await Promise.all(hold.map((id) => call("view_find", { view: opened.view, id })));
      // The rows that stand on screen until now give way to rows, not to empty places: what is pressed is there.
      const starts = new Set([0, ...found.map(({ position }) => windowAt(position ?? 0))]);
      await Promise.all([...starts].map((start) => queryClient.prefetchQuery(readRows(opened.view, start))));
      if (turn !== latest.current) {
        void call("view_close", { view: opened.view });
        return;
      }
      const before = open.current;
      open.current = opened.view;
      setCurrent({ table: asked.table, view: opened.view });
      setError(null);
      setView({
        id: opened.view,
        total: opened.total,
        tableTotal: opened.table_total,
        question: ask,
        kept: hold.flatMap((id, index) => {
          const position = found[index]?.position ?? null;
          return position === null ? [] : [{ id, position }];
        }),
      });
      // After the new rows are asked for, so that no read meets a closed view.
      if (before !== null)
        setTimeout(() => void call("view_close", { view: before }).catch(() => undefined), 1_000);
    } catch (reason) {
      if (turn === latest.current) setError(reason as CommandFailed);
    }
  }, []);

  useEffect(() => {
    void run(question, []);
  }, [question, run]);

  useEffect(
    () => () => {
      latest.current += 1;
      if (open.current !== null) void call("view_close", { view: open.current }).catch(() => undefined);
      open.current = null;
      setCurrent(null);
    },
    [],
  );

  /** Opens the same question again; these records keep their place on screen. */
  const reopen = useCallback((hold: string[]) => void run(question, hold), [question, run]);
  return { view, error, reopen, isCurrent: view?.question === question };
}

/** Rows by position, read in windows; only those near the screen are held. */
export function useRows(view: number | null, first: number, last: number) {
  const starts: number[] = [];
  if (view !== null) {
    for (let start = windowAt(first); start <= last; start += WINDOW) starts.push(start);
  }
  const reads = useReads(
    "view_rows",
    starts.map((start) => ({ view: view ?? 0, start, count: WINDOW })),
  );
  const windows = new Map(starts.map((start, index) => [start, reads[index]?.data?.rows]));
  const rowAt = (index: number): RecordRow | undefined => windows.get(windowAt(index))?.[index % WINDOW];
  const error = reads.find((read) => read.error)?.error ?? null;
  const loaded = [...windows.values()].flatMap((rows) => rows ?? []);
  return { rowAt, error, loaded };
}

/**
 * What opening again would bring. Own additions and deletions come in at once (the person made them); others wait
 * for the pill, unless the list is empty and there is nothing that could jump.
 */
export function useDrift(table: string, view: OpenView | null, hasGone: boolean, reopen: () => void) {
  const { data: drift, dataUpdatedAt } = useRead(
    "view_refresh",
    { view: view?.id ?? 0 },
    { enabled: view !== null },
  );
  // When the person last changed the table; 0 once what it did to the view is known. What comes from the server
  // meanwhile, the answer to that very change above all, does not end the waiting.
  const [ownAt, setOwnAt] = useState(0);
  useEffect(
    () =>
      onTopics((changes) => {
        const mine = changes.some(
          (change) =>
            change.origin === "person" &&
            change.topics.some(
              (topic) => topic.kind === "records" && (topic.table === null || topic.table === table),
            ),
        );
        if (mine) setOwnAt(Date.now());
      }),
    [table],
  );
  const added = drift?.added ?? 0;
  const hasCome = added > 0 || hasGone;
  const bringIn = useEffectEvent(reopen);
  const wanted = view !== null && ((ownAt > 0 && hasCome) || (view.total === 0 && added > 0));
  useEffect(() => {
    if (wanted) {
      setOwnAt(0);
      bringIn();
    }
  }, [wanted]);
  // A row that went is seen when the rows were read again, which may be after the drift was.
  const mayGo = (drift?.removed ?? 0) > 0;
  useEffect(() => {
    if (!wanted && !mayGo && dataUpdatedAt > ownAt) setOwnAt(0);
  }, [wanted, mayGo, dataUpdatedAt, ownAt]);
  return wanted ? undefined : drift;
}
