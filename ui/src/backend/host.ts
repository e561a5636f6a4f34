// The one seam between the UI and the client: call a command, hear an event. Three hosts stand behind it:
// the Tauri app (tauri.ts), a browser over the loopback bridge (bridge.ts), and the in-memory fake (fake/).
import type { CommandError, Commands, ErrorCode, Events } from "./bindings";

export type CommandName = keyof Commands;
export type Args<C extends CommandName> = Commands[C]["args"];
export type Result<C extends CommandName> = Commands[C]["result"];
export type EventName = keyof Events;

export interface Host {
  invoke<C extends CommandName>(command: C, args: Args<C>): Promise<Result<C>>;
  /**
   * Calls back for every event of this name until the returned function is called. `opened` is called when events are
   * heard from now on, and each time the line was lost and is there again; not where nothing can be missed.
   */
  listen<E extends EventName>(
    event: E,
    callback: (payload: Events[E]) => void,
    opened: () => void,
  ): () => void;
  /**
   * Shows a notification of the system to try it, and asks for its permission where it wants one. False: the system does
   * not let the app. Only where there is an app that can.
   */
  testNotification?(): Promise<boolean>;
  /** The app can go on running after its window is closed. Not so where the page is a browser's. */
  readonly canKeepRunning?: boolean;
}

/** A command's refusal, as thrown to the UI. `code` is what the UI acts on. */
export class CommandFailed extends Error {
  readonly code: ErrorCode;
  readonly fieldErrors: CommandError["field_errors"];
  readonly retryable: boolean;

  constructor(error: CommandError) {
    super(error.message);
    this.name = "CommandFailed";
    this.code = error.code;
    this.fieldErrors = error.field_errors;
    this.retryable = error.retryable;
  }
}

/** Makes a `CommandFailed` of whatever a host rejected with. */
export function commandFailed(reason: unknown): CommandFailed {
  if (reason instanceof CommandFailed) return reason;
  if (typeof reason === "object" && reason !== null && "code" in reason && "message" in reason) {
    const error = reason as Partial<CommandError>;
    return new CommandFailed({
      code: error.code ?? "internal",
      message: String(error.message),
      field_errors: error.field_errors ?? [],
      retryable: error.retryable ?? false,
    });
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new CommandFailed({ code: "internal", message, field_errors: [], retryable: false });
}

let current: Host | undefined;

/** Sets the host that this page talks to: once at start, or per test. */
export function setHost(host: Host): void {
  current = host;
}

export function host(): Host {
  if (!current) throw new Error("invariant: a host is chosen before the first command");
  return current;
}

/** What shows a notification to try it; undefined where this page's host can't. */
export function testNotification(): (() => Promise<boolean>) | undefined {
  const it = host();
  return it.testNotification && (() => it.testNotification?.() ?? Promise.resolve(false));
}

/** Whether the setting *keep running* does anything on this page's host. */
export const canKeepRunning = (): boolean => host().canKeepRunning ?? false;
