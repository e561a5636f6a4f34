// How the UI follows what the client tells (steps 4 and 11 of the data's way): an event says which topics changed, and
// every cached read that shows one of them is made again.
//
// An answer and an event travel by ways of their own, so an answer may be older than an event that came before it. What
// is on screen is right in the end all the same, because after every event there is a read that began after it:
//
// - A read under way when its topic changes is dropped and made anew, the first read of a key as well.
// - A sync status that came with an event is shown at once, and read again: an older answer may be on its way, or the
//   event itself may have been overtaken by a change.
// - When the line of events has just opened, or opened again, everything is read again: nobody knows what was missed.
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { PROVIDES, type Topic, type TopicKind, type TopicsChanged } from "./bindings";
import { host } from "./host";
import { queryClient } from "./query";

const provides = PROVIDES as Record<string, TopicKind[] | undefined>;

/** Whether a read of this command with these arguments shows something that the topic names. */
export function isTouched(command: string, args: unknown, topic: Topic): boolean {
  if (!provides[command]?.includes(topic.kind)) return false;
  const named = (args ?? {}) as { table?: unknown; id?: unknown };
  if (topic.table !== null && typeof named.table === "string" && named.table !== topic.table) return false;
  if (topic.ids.length > 0 && typeof named.id === "string" && !topic.ids.includes(named.id)) return false;
  return true;
}

export type TopicsListener = (changes: TopicsChanged[]) => void;
const listeners = new Set<TopicsListener>();

/** Hears every batch of changes (one per frame), after the caches were told. */
export function onTopics(listener: TopicsListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const anyOf = (kind: TopicKind): Topic => ({ kind, table: null, ids: [] });

/** Connects events to caches. Returns a function that disconnects them. */
export function followChanges(client: QueryClient = queryClient): () => void {
  let batch: TopicsChanged[] = [];
  let topics: Topic[] = [];
  let frame: number | undefined;
  let late: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(late);
    frame = undefined;
  };
  const flush = () => {
    cancel();
    const [changes, touched] = [batch, topics];
    batch = [];
    topics = [];
    readAgain(client, ([command, args]) => touched.some((topic) => isTouched(String(command), args, topic)));
    if (changes.length > 0) for (const listener of listeners) listener(changes);
  };
  const flushSoon = () => {
    if (frame !== undefined) return;
    frame = requestAnimationFrame(flush);
    // A window that is not shown gets no frames.
    late = setTimeout(flush, 250);
  };
  const changed = (change: TopicsChanged) => {
    batch.push(change);
    topics.push(...change.topics);
    flushSoon();
  };
  const opened = () => changed(everything());
  const stops = [
    host().listen("topics-changed", changed, opened),
    host().listen(
      "sync-status",
      (status) => {
        client.setQueryData(["sync_status", {}], status);
        topics.push(anyOf("status"));
        flushSoon();
      },
      opened,
    ),
  ];
  return () => {
    cancel();
    for (const stop of stops) stop();
  };
}

/** Makes these reads again: at once where they are on screen, else when they are wanted next. */
function readAgain(client: QueryClient, isMeant: (key: QueryKey) => boolean): void {
  const predicate = ({ queryKey }: Query) => isMeant(queryKey);
  // A key's first read is not dropped by what follows, so it is made a second time when it has ended.
  for (const query of client.getQueryCache().findAll({ predicate, fetchStatus: "fetching" })) {
    if (query.state.data !== undefined) continue;
    const again = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    // Nothing is fetched by this: it waits for the read under way.
    void query.fetch().then(again, again);
  }
  void client.invalidateQueries({ predicate });
}

/** What is told when nobody knows what was missed. */
function everything(): TopicsChanged {
  const kinds = new Set(Object.values(PROVIDES).flat() as TopicKind[]);
  return { origin: "sync", topics: [...kinds].map(anyOf) };
}
