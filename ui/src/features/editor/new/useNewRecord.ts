// A record being begun: typed values are kept on the device as they come, until *Create* (U17).
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import {
  CommandFailed,
  call,
  type FieldError,
  type Fields,
  type FieldValue,
  type NewRecord,
  type Table,
} from "@/backend";
import { sameValue } from "../session/same";
import { DRAFT_PAUSE } from "../session/session";

export interface NewState {
  fields: Fields;
  errors: Record<string, FieldError>;
  /** Columns that the person has left: their errors show. */
  visited: ReadonlySet<string>;
  isCreating: boolean;
  failure: unknown;
}

export class NewSession {
  state: NewState;
  readonly #table: string;
  readonly #id: string;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isDirty = false;
  #isTouched = false;
  #isOver = false;

  constructor(begun: NewRecord) {
    this.#table = begun.table;
    this.#id = begun.id;
    this.state = {
      fields: begun.fields,
      errors: firstOf(begun.errors),
      visited: new Set(),
      isCreating: false,
      failure: null,
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): NewState => this.state;

  get isTouched(): boolean {
    return this.#isTouched;
  }

  type(column: string, value: FieldValue): void {
    this.#isDirty = true;
    this.#isTouched = true;
    this.#set({ fields: { ...this.state.fields, [column]: value } });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), DRAFT_PAUSE);
  }

  async left(column: string): Promise<void> {
    await this.flush();
    this.#set({ visited: new Set([...this.state.visited, column]) });
  }

  /** Keeps what is typed now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#isDirty && !this.#isOver ? this.#keep() : this.#turn;
  }

  /** Saves the record. True when it is saved; else what is wrong shows. */
  async create(): Promise<boolean> {
    await this.flush();
    this.#set({ isCreating: true, failure: null, visited: new Set(Object.keys(this.state.fields)) });
    try {
      await call("record_create", { table: this.#table, id: this.#id, fields: this.state.fields });
      this.#isOver = true;
      return true;
    } catch (failure) {
      const isInvalid = failure instanceof CommandFailed && failure.code === "invalid";
      if (isInvalid) this.#set({ errors: firstOf(failure.fieldErrors) });
      this.#set({
        isCreating: false,
        failure: isInvalid ? null : failure,
        visited: new Set([...this.state.visited, ...Object.keys(this.state.errors)]),
      });
      return false;
    }
  }

  /** Leaves nothing behind of a record in which nothing was typed. */
  async discardUntouched(): Promise<void> {
    if (this.#isTouched || this.#isOver) return;
    // A blank draft that stays is no loss: it can be discarded by hand.
    await this.discard().catch(() => undefined);
  }

  async discard(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await call("draft_discard", { table: this.#table, id: this.#id });
  }

  #keep(): Promise<void> {
    const { fields } = this.state;
    this.#isDirty = false;
    this.#turn = this.#turn
      .then(async () => {
        if (this.#isOver) return;
        const { errors } = await call("draft_save", { table: this.#table, id: this.#id, fields });
        this.#set({ errors: firstOf(errors), failure: null });
      })
      .catch((failure: unknown) => {
        this.#isDirty = true;
        this.#set({ failure });
      });
    return this.#turn;
  }

  #set(patch: Partial<NewState>): void {
    this.state = { ...this.state, ...patch };
    for (const listener of this.#listeners) listener();
  }
}

/** Begun a moment ago, with nothing in it but what the app put there: not worth keeping if it is left like that. */
export function isBlank(begun: NewRecord, table: Table, now: number): boolean {
  const isFresh = now - begun.at < 5_000;
  return (
    isFresh &&
    table.columns.every(({ name, kind, default: usual }) => {
      const value = begun.fields[name] ?? null;
      return kind.type === "reference" || sameValue(value, null) || sameValue(value, usual);
    })
  );
}

export function useNewRecord(begun: NewRecord, table: Table): { session: NewSession; state: NewState } {
  const [session] = useState(() => new NewSession(begun));
  const state = useSyncExternalStore(session.subscribe, session.getState);
  const [wasBlank] = useState(() => isBlank(begun, table, Date.now()));
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    const flush = () => void session.flush();
    window.addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      isShown.current = false;
      void session.flush();
      // Not if it is shown again at once, as happens while developing.
      setTimeout(() => {
        if (wasBlank && !isShown.current) void session.discardUntouched();
      });
    };
  }, [session, wasBlank]);
  return { session, state };
}

function firstOf(errors: FieldError[]): Record<string, FieldError> {
  const found: Record<string, FieldError> = {};
  for (const error of errors) found[error.column] ??= error;
  return found;
}
