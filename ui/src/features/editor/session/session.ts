// Editing one record over time: what is typed is kept as a draft at once, and saved as a change after a pause or when
// the field is left (U15, U17). One write is under way at a time. React reads it through `subscribe` and `state`.
import { CommandFailed, type FieldError, type Fields, type FieldValue, type RecordDetail } from "@/backend";
import { without } from "./same";
import { type EditEvent, type EditState, next, opened, toKeep, toSave } from "./state";

export const SAVE_PAUSE = 600;
export const DRAFT_PAUSE = 150;

/** What a session asks of the client. */
export interface Wires {
  validate: (fields: Fields) => Promise<FieldError[]>;
  /** Saves and answers with the record's fields. Throws. */
  update: (patch: Fields) => Promise<Fields>;
  keepDraft: (fields: Fields) => Promise<unknown>;
  discardDraft: () => Promise<unknown>;
}

export class EditSession {
  state: EditState;
  readonly #wires: Wires;
  readonly #listeners = new Set<() => void>();
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #draftTimer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** Columns of the draft that the client keeps. */
  #kept: string[];

  constructor(detail: RecordDetail, wires: Wires) {
    this.state = opened(detail);
    this.#wires = wires;
    this.#kept = Object.keys(detail.draft?.fields ?? {});
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): EditState => this.state;

  loaded(detail: RecordDetail): void {
    this.#happen({ type: "loaded", detail });
  }

  type(column: string, value: FieldValue): void {
    this.#happen({ type: "typed", column, value });
    clearTimeout(this.#draftTimer);
    clearTimeout(this.#saveTimer);
    this.#draftTimer = setTimeout(() => void this.#queue(() => this.#keepDraft()), DRAFT_PAUSE);
    this.#saveTimer = setTimeout(() => void this.save(), SAVE_PAUSE);
  }

  focus(column: string): void {
    this.#happen({ type: "focused", column });
  }

  blur(column: string): void {
    if (this.state.focused === column) this.#happen({ type: "focused", column: null });
    if (this.state.touched) void this.save();
  }

  takeTheirs(column: string): void {
    this.#happen({ type: "theirs_used", column });
    void this.save();
  }

  keepMine(column: string): void {
    this.#happen({ type: "mine_kept", column });
    void this.save();
  }

  /** Takes a restored draft as typed now: what fits the rules is saved. */
  keepRestored(): void {
    this.#happen({ type: "draft_kept" });
    void this.save();
  }

  /** Drops all that is typed and not saved. */
  async discardTyped(): Promise<void> {
    this.#stopTimers();
    this.#happen({ type: "typed_dropped" });
    await this.#queue(async () => {
      await this.#wires.discardDraft();
      this.#kept = [];
    });
  }

  /** Saves what fits the rules and keeps the rest as a draft. Resolves when the client has answered. */
  save(): Promise<void> {
    this.#stopTimers();
    return this.#queue(() => this.#saveNow());
  }

  /** Called when the editor goes: nothing that this person typed is left behind. */
  close(): void {
    if (this.state.touched) void this.save();
    else this.#stopTimers();
  }

  async #saveNow(): Promise<void> {
    const fields = toSave(this.state);
    if (Object.keys(fields).length > 0) {
      const errors = await this.#wires.validate(fields);
      const columns = Object.keys(fields);
      this.#happen({ type: "validated", columns, errors });
      const patch = without(
        fields,
        errors.map((error) => error.column),
      );
      if (Object.keys(patch).length > 0) {
        await this.#send(patch);
        return;
      }
    }
    await this.#keepDraft();
  }

  async #send(patch: Fields): Promise<void> {
    this.#happen({ type: "send_started", patch });
    try {
      this.#happen({ type: "send_answered", fields: await this.#wires.update(patch) });
      // The client takes what it saved out of the draft by itself.
      this.#kept = this.#kept.filter((column) => !(column in patch));
    } catch (failure) {
      this.#happen({ type: "send_failed", columns: Object.keys(patch), failure });
      if (failure instanceof CommandFailed && failure.code === "invalid") {
        this.#happen({ type: "validated", columns: Object.keys(patch), errors: failure.fieldErrors });
      }
    }
    // What was saved is no longer a draft; what was typed meanwhile or breaks a rule still is.
    await this.#keepDraft();
  }

  /** The draft on the device becomes what is typed and not saved. */
  async #keepDraft(): Promise<void> {
    // Of a record that is gone no draft is kept anew; the one that was stays until the person decides.
    if (this.state.gone) return;
    const fields = toKeep(this.state);
    const columns = Object.keys(fields);
    if (columns.length === 0 && this.#kept.length === 0) return;
    await this.#wires.keepDraft(fields);
    this.#kept = columns;
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((failure: unknown) => {
      this.#happen({ type: "send_failed", columns: [], failure });
    });
    return this.#turn;
  }

  #stopTimers(): void {
    clearTimeout(this.#saveTimer);
    clearTimeout(this.#draftTimer);
  }

  #happen(event: EditEvent): void {
    this.state = next(this.state, event);
    for (const listener of this.#listeners) listener();
  }
}
