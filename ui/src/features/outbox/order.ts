// The outbox as people read it: in sending order, the changes of one record together.
import type { OutboxItem } from "@/backend";

export interface OutboxGroup {
  key: string;
  table: string;
  recordId: string;
  title: string;
  items: OutboxItem[];
}

/** Groups by record; a record stands where its first change stands. */
export function byRecord(items: OutboxItem[]): OutboxGroup[] {
  const groups = new Map<string, OutboxGroup>();
  for (const item of items) {
    const key = `${item.table}/${item.record_id}`;
    const group = groups.get(key) ?? {
      key,
      table: item.table,
      recordId: item.record_id,
      title: item.title,
      items: [],
    };
    // The latest title is the one that the record has now.
    groups.set(key, { ...group, title: item.title, items: [...group.items, item] });
  }
  return [...groups.values()];
}

/** What a blocked change waits behind. */
export function blocker(group: OutboxGroup, item: OutboxItem): "refused" | "conflict" | "waiting" | null {
  if (item.state !== "blocked") return null;
  const before = group.items.slice(0, group.items.indexOf(item));
  const first = before.find(({ state }) => state === "refused" || state === "conflict");
  return first ? (first.state as "refused" | "conflict") : "waiting";
}
