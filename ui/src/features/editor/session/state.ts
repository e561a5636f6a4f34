// What a person is doing to a record, as data: typed values that the client does not have yet, what is wrong with
// them, and what came from elsewhere under their hands. Pure; session.ts brings time and commands.
import type { FieldError, Fields, FieldValue, RecordDetail, WhoWhen } from "@/backend";
import { sameValue, without } from "./same";

/** Someone else changed the field that this person is typing in (U18). Their value is the saved one. */
export interface RemoteChange {
  title: string | null;
  who: WhoWhen | null;
  /** The person has not typed: the old text only stays because the caret is in it. */
  onlyHeld: boolean;
}

export interface EditState {
  /** The record as the client last told it: what typed values are measured against. */
  saved: Fields;
  /** Values typed and not yet saved as a change. They lie over the saved ones. */
  typed: Fields;
  /** What keeps typed values from being saved, by column. */
  errors: Record<string, FieldError>;
  /** Values given to the client whose echo has not come back, and whether the client has answered. */
  sent: Fields;
  sending: boolean;
  /** The field that has the focus. */
  focused: string | null;
  /** By column: changes from elsewhere that wait for *Use theirs* or *Keep mine*. */
  remote: Record<string, RemoteChange>;
  /** A draft was found on opening: when it was typed. */
  restoredAt: number | null;
  /** The person has typed since opening. */
  touched: boolean;
  /** The record was deleted: typed values are kept as a draft, not saved. */
  gone: boolean;
  /** The last save failed, not because of the rules. */
  failure: unknown;
}

export type EditEvent =
  | { type: "typed"; column: string; value: FieldValue }
  | { type: "focused"; column: string | null }
  | { type: "loaded"; detail: RecordDetail }
  | { type: "validated"; columns: string[]; errors: FieldError[] }
  | { type: "send_started"; patch: Fields }
  | { type: "send_answered"; fields: Fields }
  | { type: "send_failed"; columns: string[]; failure: unknown }
  | { type: "theirs_used"; column: string }
  | { type: "mine_kept"; column: string }
  | { type: "draft_kept" }
  | { type: "typed_dropped" };

/** A record as it is opened, with the draft that was left of it. */
export function opened(detail: RecordDetail): EditState {
  const { draft } = detail;
  const left = Object.entries(draft?.fields ?? {}).filter(
    ([name, value]) => !sameValue(value, detail.fields[name]),
  );
  const typed = Object.fromEntries(left);
  const remote: EditState["remote"] = {};
  for (const { column, who_when } of detail.changed_by_others) {
    // The draft is older than the value it would replace: that is for the person to decide.
    if (draft && column in typed && who_when.at > draft.at)
      remote[column] = remoteChange(detail, column, false);
  }
  return {
    saved: detail.fields,
    typed,
    errors: byColumn(draft?.errors ?? [], Object.keys(typed)),
    sent: {},
    sending: false,
    focused: null,
    remote,
    restoredAt: draft && left.length > 0 ? draft.at : null,
    touched: false,
    gone: detail.deleted,
    failure: null,
  };
}

export function next(state: EditState, event: EditEvent): EditState {
  const after = happened(state, event);
  // A restored draft of which nothing is left unsaved is no draft any more.
  const isDone = after.restoredAt !== null && Object.keys(after.typed).length === 0;
  return isDone ? { ...after, restoredAt: null } : after;
}

function happened(state: EditState, event: EditEvent): EditState {
  switch (event.type) {
    case "typed":
      return typed(state, event.column, event.value);
    case "focused":
      return focused(state, event.column);
    case "loaded":
      return loaded(state, event.detail);
    case "validated": {
      const others = without(state.errors, event.columns);
      return { ...state, errors: { ...others, ...byColumn(event.errors, event.columns) } };
    }
    case "send_started":
      return { ...state, sent: { ...state.sent, ...event.patch }, sending: true, failure: null };
    case "send_answered":
      return answered(state, event.fields);
    case "send_failed":
      return { ...state, sent: without(state.sent, event.columns), sending: false, failure: event.failure };
    case "theirs_used":
      return drop(state, event.column);
    case "mine_kept":
      return { ...state, remote: without(state.remote, [event.column]), touched: true };
    case "draft_kept":
      return { ...state, restoredAt: null, touched: true };
    case "typed_dropped":
      return { ...state, typed: {}, errors: {}, remote: {}, restoredAt: null, touched: false, failure: null };
  }
}

function typed(state: EditState, column: string, value: FieldValue): EditState {
  const touched = { ...state, touched: true };
  // Typed back to what is saved. While a patch is on its way, the client may hold another value: then it counts.
  if (sameValue(value, state.saved[column]) && !(column in state.sent)) return drop(touched, column);
  const remote = state.remote[column];
  return {
    ...touched,
    typed: { ...state.typed, [column]: value },
    remote: remote ? { ...state.remote, [column]: { ...remote, onlyHeld: false } } : state.remote,
  };
}

function focused(state: EditState, column: string | null): EditState {
  const left = state.focused;
  if (left === column) return state;
  const moved = { ...state, focused: column };
  // Left without typing in it: what came from elsewhere meanwhile simply shows.
  return left !== null && state.remote[left]?.onlyHeld ? drop(moved, left) : moved;
}

/** The client told the record anew: after an own save, or because something came from elsewhere. */
function loaded(state: EditState, detail: RecordDetail): EditState {
  let after: EditState = { ...state, saved: detail.fields, gone: detail.deleted };
  for (const column of new Set([...Object.keys(state.saved), ...Object.keys(detail.fields)])) {
    const before = state.saved[column] ?? null;
    const now = detail.fields[column] ?? null;
    const isEcho = column in state.sent && sameValue(state.sent[column], now);
    // The echo, or something newer than it.
    if (isEcho || !sameValue(before, now)) after = { ...after, sent: without(after.sent, [column]) };
    if (column in after.typed && sameValue(after.typed[column], now)) {
      after = drop(after, column);
    } else if (!isEcho && !sameValue(before, now)) {
      after = changedElsewhere(after, detail, column, before);
    }
  }
  return after;
}

/** The text under the caret is never replaced: it stays as it was, and theirs is offered beside it. */
function changedElsewhere(
  state: EditState,
  detail: RecordDetail,
  column: string,
  before: FieldValue,
): EditState {
  const isTyped = column in state.typed;
  if (!isTyped && state.focused !== column) return state;
  return {
    ...state,
    typed: isTyped ? state.typed : { ...state.typed, [column]: before },
    remote: {
      ...state.remote,
      [column]: remoteChange(detail, column, !isTyped || Boolean(state.remote[column]?.onlyHeld)),
    },
  };
}

/** The client has saved the patch, perhaps in another form of the same value. */
function answered(state: EditState, fields: Fields): EditState {
  const typedNow = { ...state.typed };
  const sent: Fields = {};
  for (const [column, value] of Object.entries(state.sent)) {
    sent[column] = fields[column] ?? null;
    if (column in typedNow && sameValue(typedNow[column], value)) typedNow[column] = fields[column] ?? null;
  }
  return { ...state, typed: typedNow, sent, sending: false };
}

function drop(state: EditState, column: string): EditState {
  return {
    ...state,
    typed: without(state.typed, [column]),
    errors: without(state.errors, [column]),
    remote: without(state.remote, [column]),
  };
}

function remoteChange(detail: RecordDetail, column: string, onlyHeld: boolean): RemoteChange {
  return {
    title: detail.reference_titles[column] ?? null,
    who: detail.changed_by_others.find((field) => field.column === column)?.who_when ?? null,
    onlyHeld,
  };
}

/** The value that the field shows. */
export function shownValue(state: EditState, column: string): FieldValue {
  return (column in state.typed ? state.typed[column] : state.saved[column]) ?? null;
}

/** Typed values that the client does not have yet and may have: not those that wait for a decision. */
export function toSave(state: EditState): Fields {
  if (state.gone) return {};
  const open = Object.entries(state.typed).filter(
    ([column, value]) => !(column in state.remote) && !isSent(state, column, value),
  );
  return Object.fromEntries(open);
}

/** Typed values that must outlive the app: all but those that are saved or that only the caret holds. */
export function toKeep(state: EditState): Fields {
  const kept = Object.entries(state.typed).filter(
    ([column, value]) => !state.remote[column]?.onlyHeld && !isSent(state, column, value),
  );
  return Object.fromEntries(kept);
}

const isSent = ({ sent }: EditState, column: string, value: FieldValue) =>
  column in sent && sameValue(sent[column], value);

function byColumn(errors: FieldError[], columns: string[]): Record<string, FieldError> {
  const found: Record<string, FieldError> = {};
  for (const error of errors) if (columns.includes(error.column)) found[error.column] ??= error;
  return found;
}
