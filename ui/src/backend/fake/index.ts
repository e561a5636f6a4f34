// A typed in-memory client for component tests and `npm run ui:dev`. It answers every command with plausible data
// and tells what changed, like the real one; it does not merge and has no server.
import type { Commands, Events, HistoryItem, OutboxItem, RecordDetail, Topic } from "../bindings";
import { type Args, CommandFailed, type CommandName, type Host, type Result } from "../host";
import type { Step } from "./actions";
import { appCommands } from "./app";
import { addCollisions, addManyCollisions } from "./collisions";
import { conflictCommands, recordConflict } from "./conflicts";
import { makeRows, type Row, text } from "./data";
import { addTrash, historyCommands } from "./history";
import { listCommands } from "./lists";
import { sampleLog } from "./log";
import { outboxCommands } from "./outbox";
import { recordCommands } from "./records";
import { schema } from "./schema";
import { tell } from "./stories";
import { syncCommands } from "./sync";
import { sampleWakes, wakeCommands } from "./wakes";

export interface FakeOptions {
  /** Changes come in by themselves from "another device", syncs take time: for trying the UI by hand. */
  live?: boolean;
  /** The time the data is made for. */
  now?: number;
  /** How many airfields. */
  rows?: number;
  /** Some records are deleted already. */
  trash?: boolean;
  /** Conflicts of every kind; a number adds so many more. */
  conflicts?: boolean | number;
  /** Start without a workspace. */
  notConnected?: boolean;
  /** The server is one of Azure Mobile Apps or Datasync. */
  tableProtocol?: "v2" | "v3";
  /** As over the bridge: the page has no app around it that could go on running. */
  inBrowser?: boolean;
}

export type Handlers = { [C in CommandName]: (args: Args<C>) => Result<C> };
export type HandlersOf<C extends CommandName> = Pick<Handlers, C>;

/** The fake's whole state; the command files read and change it. */
export class FakeState {
  readonly rows = new Map<string, Row>();
  readonly views = new Map<number, { args: Args<"view_open">; ids: string[] }>();
  /** Named actions, the latest first; and those that were undone. */
  readonly done: Step[] = [];
  readonly undone: Step[] = [];
  readonly stories = new Map<string, HistoryItem[]>();
  readonly begun = new Map<string, Commands["record_new"]["result"]>();
  readonly saved: Commands["saved_view_list"]["result"] = [];
  readonly log: Commands["sync_log"]["result"] = [];
  settings: Commands["settings_get"]["result"] = {
    theme: "system",
    density: "comfortable",
    automatic_sync: true,
    work_offline: false,
    single_key_shortcuts: true,
    background_sync: true,
    keep_running: false,
    notifications: {
      conflict: "banner",
      refused: "banner",
      assigned: "off",
      sync_stopped: "off",
      quiet_hours: null,
      show_titles: false,
    },
  };
  connected: boolean;
  /** Set where the server is one of Azure Mobile Apps or Datasync. */
  tableProtocol: "v2" | "v3" | null;
  /** The system lets the app show notifications. */
  mayNotify = true;
  wakes: ReturnType<typeof sampleWakes>;
  status: Commands["sync_status"]["result"];
  private counter = 0;
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();

  constructor(readonly options: FakeOptions) {
    this.connected = !options.notConnected;
    this.tableProtocol = options.tableProtocol ?? null;
    for (const row of makeRows(this.now(), options.rows ?? 2800)) this.rows.set(row.id, row);
    const { conflicts = options.live } = options;
    if (conflicts) addCollisions(this.rows, this.now());
    if (typeof conflicts === "number") addManyCollisions(this.rows, this.now(), conflicts);
    this.status = {
      state: this.connected ? "idle" : "not_connected",
      automatic: true,
      work_offline: false,
      reachability: { kind: "online" },
      progress: null,
      waiting: 0,
      refused: 0,
      conflicts: 0,
      last_success: this.now() - 120_000,
      next_attempt: null,
      first_sync: false,
      offline_with_waiting_since: null,
      last_sent: 2,
      last_received: 14,
      device_name: "This laptop",
    };
    if (options.trash ?? options.live) addTrash(this);
    this.wakes = sampleWakes(this.now());
    this.recount();
    this.log.push(...sampleLog(this.rows.values(), this.now()));
  }

  now(): number {
    return this.options.now ?? Date.now();
  }

  nextId(prefix: string): string {
    this.counter += 1;
    return `${prefix}-${this.counter}`;
  }

  table(name: string) {
    const table = schema.tables.find((each) => each.name === name);
    if (!table) throw failed("not_found", `no table ${name}`);
    return table;
  }

  row(id: string): Row {
    const row = this.rows.get(id);
    if (!row) throw failed("not_found", `no record ${id}`);
    return row;
  }

  titleOf = (id: string): string => {
    const row = this.rows.get(id);
    return row ? text(row.fields[this.table(row.table).title]) || id.slice(0, 8) : id.slice(0, 8);
  };

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(payload as never);
  }

  listen(event: string, callback: (payload: never) => void): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(callback));
    return () => set.delete(callback);
  }

  /** Tells what changed, as the store does after a commit. */
  changed(origin: "person" | "sync", ...topics: Topic[]): void {
    this.recount();
    this.emit("topics-changed", { origin, topics });
    this.emit("sync-status", this.status);
  }

  recordsChanged(origin: "person" | "sync", table: string, ids: string[]): void {
    this.changed(
      origin,
      { kind: "records", table, ids },
      { kind: "record", table, ids },
      { kind: "outbox", table: null, ids: [] },
      { kind: "conflicts", table, ids },
      { kind: "status", table: null, ids: [] },
    );
  }

  recount(): void {
    let waiting = 0;
    let refused = 0;
    let conflicts = 0;
    for (const row of this.rows.values()) {
      if (row.mark === "waiting") waiting++;
      if (row.mark === "refused") refused++;
      if (row.mark === "conflict") conflicts++;
    }
    this.status = { ...this.status, waiting, refused, conflicts };
  }

  detail(row: Row): RecordDetail {
    const table = this.table(row.table);
    const reference_titles: Record<string, string> = {};
    for (const { name, kind } of table.columns) {
      const value = row.fields[name];
      if (kind.type === "reference" && typeof value === "string")
        reference_titles[name] = this.titleOf(value);
    }
    return {
      table: row.table,
      id: row.id,
      title: this.titleOf(row.id),
      mark: row.mark,
      fields: { ...row.fields },
      reference_titles,
      created_at: row.created_at,
      updated_at: row.updated_at,
      saved_at: row.entry?.edited_at ?? null,
      on_server: row.on_server,
      deleted: row.deleted,
      pending: Object.entries(row.entry?.before ?? {}).map(([column, previous]) => ({
        column,
        previous,
        previous_title:
          typeof previous === "string" && this.rows.has(previous) ? this.titleOf(previous) : null,
      })),
      changed_by_others: (row.others?.columns ?? []).map((column) => ({
        column,
        who_when: { who: row.others?.who ?? "", at: row.others?.at ?? 0 },
      })),
      conflict: recordConflict(row),
      refusal: row.refusal ? { ...row.refusal, op_id: row.entry?.op_id ?? "" } : null,
      draft: row.draft ? { ...row.draft, errors: [] } : null,
    };
  }

  outboxItem(row: Row): OutboxItem | null {
    const entry = row.entry;
    if (!entry || row.mark === "synced") return null;
    const titled = (value: unknown) =>
      typeof value === "string" && this.rows.has(value) ? this.titleOf(value) : null;
    return {
      op_id: entry.op_id,
      table: row.table,
      record_id: row.id,
      title: this.titleOf(row.id),
      kind: entry.kind,
      state: row.mark,
      changes: Object.entries(entry.before).map(([column, old]) => ({
        column,
        old,
        new: row.fields[column] ?? null,
        old_title: titled(old),
        new_title: titled(row.fields[column]),
      })),
      edited_at: entry.edited_at,
      attempts: entry.attempts,
      refusal: row.refusal ? { ...row.refusal, op_id: entry.op_id } : null,
    };
  }
}

export function failed(
  code: CommandFailed["code"],
  message: string,
  field_errors: CommandFailed["fieldErrors"] = [],
): CommandFailed {
  return new CommandFailed({ code, message, field_errors, retryable: false });
}

export interface Fake extends Host {
  readonly state: FakeState;
  /** Answers one command differently: `fake.answer("record_update", () => { throw failed("storage_full", "…") })`. */
  answer<C extends CommandName>(command: C, handler: Handlers[C]): void;
  /** Someone else changes a record. */
  remoteChange(id: string, fields: Row["fields"]): void;
}

export function createFake(options: FakeOptions = {}): Fake {
  const state = new FakeState(options);
  const handlers: Handlers = {
    ...appCommands(state),
    ...listCommands(state),
    ...recordCommands(state),
    ...outboxCommands(state),
    ...historyCommands(state),
    ...conflictCommands(state),
    ...syncCommands(state),
    ...wakeCommands(state),
  };
  const remoteChange: Fake["remoteChange"] = (id, fields) => {
    const row = state.row(id);
    const before = structuredClone(row);
    row.fields = { ...row.fields, ...fields };
    row.updated_at = state.now();
    tell(state, before, row, "remote", "Ana's phone");
    row.others = { who: "Ana's phone", at: state.now(), columns: Object.keys(fields) };
    state.recordsChanged("sync", row.table, [id]);
  };
  if (options.live) {
    // Another device edits something on the first screen now and then.
    let turn = 0;
    setInterval(() => {
      if (state.settings.work_offline || !state.connected) return;
      const view = [...state.views.values()].at(-1);
      const id = view?.ids[[1, 8, 6, 11][turn++ % 4] ?? 1];
      const row = id ? state.rows.get(id) : undefined;
      if (row && row.mark === "synced" && "city" in row.fields)
        remoteChange(row.id, { city: `${text(row.fields.city)}` });
    }, 20_000);
  }
  return {
    state,
    answer: (command, handler) => {
      (handlers as Record<string, unknown>)[command] = handler;
    },
    remoteChange,
    async invoke(command, args) {
      // As over a real boundary: the answer comes later and shares nothing with the state.
      await Promise.resolve();
      return structuredClone(handlers[command](structuredClone(args)));
    },
    testNotification: () => Promise.resolve(state.mayNotify),
    canKeepRunning: !options.inBrowser,
    listen: (event, callback) => state.listen(event, callback as (payload: never) => void),
  };
}
