// The records of another table that point at this one. Opened as a view of its own and opened again when the table
// changes; nothing is lost by that, as the few rows shown are not being worked in.
import { useEffect, useState } from "react";
import { call, onTopics, type RecordRow } from "@/backend";

export interface Related {
  total: number;
  rows: RecordRow[];
}

export const SHOWN = 5;

export function useRelated(table: string, column: string, id: string, sort: string): Related | null {
  const [related, setRelated] = useState<Related | null>(null);
  useEffect(() => {
    let isGone = false;
    let turn = 0;
    const read = async () => {
      turn += 1;
      const mine = turn;
      const { view, total } = await call("view_open", {
        table,
        conditions: [{ column, operator: "is", value: id }],
        sort: [{ column: sort, descending: true }],
      });
      try {
        const { rows } = await call("view_rows", { view, start: 0, count: SHOWN });
        if (!isGone && mine === turn) setRelated({ total, rows });
      } finally {
        void call("view_close", { view }).catch(() => undefined);
      }
    };
    // What can't be read is not shown: the record itself is what the person came for.
    const again = () => void read().catch(() => undefined);
    again();
    const stop = onTopics((changes) => {
      const topics = changes.flatMap((change) => change.topics);
      if (topics.some((topic) => topic.kind === "records" && (topic.table === null || topic.table === table)))
        again();
    });
    return () => {
      isGone = true;
      stop();
    };
  }, [table, column, id, sort]);
  return related;
}
