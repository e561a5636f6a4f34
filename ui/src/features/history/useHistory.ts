// Reads a record's story: what this device knows at once, and the server's part behind it, when the server is in reach
// or the person asks. Nothing on screen waits for the network (U1).
import { useState } from "react";
import { useWorkspace } from "@/app/workspace";
import {
  type CommandFailed,
  type HistoryItem,
  type Reachability,
  type RecordHistory,
  useRead,
} from "@/backend";

export interface Story {
  history: RecordHistory | undefined;
  error: CommandFailed | null;
  server: ServerPart;
  askServer: () => void;
}

/** Where the server's part is. */
export type ServerPart =
  | { kind: "asking" }
  | { kind: "in" }
  /** A server of Azure Mobile Apps or Datasync: it keeps no history. */
  | { kind: "none" }
  | { kind: "not_asked"; why: Reachability | null }
  | { kind: "missing"; why: Reachability | null };

const lastHere = (entries: HistoryItem[]) =>
  Math.max(0, ...entries.map(({ point }) => (point.kind === "device" ? point.n : 0)));

export function useHistory(table: string, id: string, column: string | null): Story {
  const { data: status } = useRead("sync_status", {});
  const keepsNone = Boolean(useWorkspace().table_protocol);
  const [isAsked, setAsked] = useState(false);
  const isAway =
    !status || status.work_offline || (status.reachability !== null && status.reachability.kind !== "online");
  const shallAsk = !keepsNone && (isAsked || !isAway);
  const here = useRead("record_history", { table, id, column, with_server: false }, { keepPrevious: true });
  const whole = useRead(
    "record_history",
    { table, id, column, with_server: true },
    { enabled: shallAsk, keepPrevious: true },
  );
  // What this device's part held when the server answered: what is newer stands above the answer until the next one.
  const [answered, setAnswered] = useState({ answer: whole.data, n: 0 });
  if (whole.data !== answered.answer)
    setAnswered({ answer: whole.data, n: lastHere(here.data?.entries ?? []) });
  const askServer = () => {
    if (shallAsk) void whole.refetch();
    else setAsked(true);
  };
  const server: ServerPart = keepsNone
    ? { kind: "none" }
    : !shallAsk
      ? { kind: "not_asked", why: status?.reachability ?? null }
      : whole.data?.from_server
        ? { kind: "in" }
        : whole.isFetching
          ? { kind: "asking" }
          : { kind: "missing", why: whole.data?.server_trouble ?? null };
  return {
    history: shallAsk && whole.data?.from_server ? newer(whole.data, here.data, answered.n) : here.data,
    // A record that only the server knows is no error while it is being asked.
    error: server.kind === "asking" ? null : here.error,
    server,
    askServer,
  };
}

/** The server's answer, below what this device has written since. */
export function newer(answer: RecordHistory, here: RecordHistory | undefined, after: number): RecordHistory {
  const known = new Set(answer.entries.map(({ point }) => (point.kind === "device" ? point.n : -1)));
  const fresh = (here?.entries ?? []).filter(
    ({ point }) => point.kind === "device" && point.n > after && !known.has(point.n),
  );
  return fresh.length === 0 ? answer : { ...answer, entries: [...fresh, ...answer.entries] };
}
