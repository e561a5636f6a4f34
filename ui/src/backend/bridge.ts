// The host in a browser: the same client behind a loopback address, reached with a one-time token that the page's
// address carried and a cookie now keeps.
import type { CommandError } from "./bindings";
import { CommandFailed, commandFailed, type Host } from "./host";

let events: EventSource | undefined;

export const bridgeHost: Host = {
  async invoke(command, args) {
    let answer: Response;
    try {
      answer = await fetch(`/bridge/command/${command}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(args),
        credentials: "same-origin",
      });
    } catch (reason) {
      // The bridge process is gone: data is safe on its disk, but this page can't reach it.
      throw new CommandFailed({
        code: "internal",
        message: `bridge unreachable: ${reason instanceof Error ? reason.message : String(reason)}`,
        field_errors: [],
        retryable: true,
      });
    }
    const body: unknown = await answer.json().catch(() => ({
      code: "internal",
      message: `bridge answered ${answer.status} without JSON`,
    }));
    if (!answer.ok) throw commandFailed(body as CommandError);
    return body as never;
  },
  listen(event, callback, opened) {
    events ??= new EventSource("/bridge/events", { withCredentials: true });
    const hear = (message: MessageEvent<string>) => callback(JSON.parse(message.data));
    events.addEventListener(event, hear);
    events.addEventListener("open", opened);
    return () => {
      events?.removeEventListener(event, hear);
      events?.removeEventListener("open", opened);
    };
  },
};
