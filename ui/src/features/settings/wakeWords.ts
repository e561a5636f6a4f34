// How wakes reach this device, in words.
import type { CommandFailed, Settings, WakeHealth, WakeStatus, WakeTest, WakeWay } from "@/backend";
import { formatCount, formatWhen, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "wakes");

export type Tone = "good" | "quiet" | "bad";
export interface Said {
  tone: Tone;
  words: string;
  /** The server's own words for what is wrong. */
  detail?: string;
}

const way = (id: WakeWay) => t(`way.${id}`);

/** While the app is open: *Listening since 10:02 · last wake 10:42 by event stream*. */
export function streamWords(status: WakeStatus, settings: Settings, now: number): Said {
  const { listening_since: since } = status;
  const isListening = since !== null;
  const stopped = settings.work_offline
    ? t("open.offline")
    : settings.automatic_sync
      ? t("open.not")
      : t("open.paused");
  const first = isListening ? t("open.listening", { since: formatWhen(since, now) }) : stopped;
  return { tone: isListening ? "good" : "quiet", words: `${first} · ${lastWords(status, now)}` };
}

function lastWords(status: WakeStatus, now: number): string {
  const ways = [
    { by: t("by.stream"), at: status.last_by_stream },
    { by: t("by.push"), at: status.last_by_push },
    { by: t("by.timer"), at: status.last_by_timer },
  ];
  const [last] = ways
    .flatMap(({ by, at }) => (at === null ? [] : [{ by, at }]))
    .sort((one, other) => other.at - one.at);
  return last ? t("last", { at: formatWhen(last.at, now), by: last.by }) : t("last.never");
}

/** While the app is closed: what the push channel is, and whether it works. */
export function pushWords(
  status: WakeStatus,
  settings: Settings,
  health: WakeHealth | undefined,
  error: CommandFailed | null,
  now: number,
): Said | undefined {
  if (!settings.background_sync) return { tone: "quiet", words: t("closed.off") };
  const { channel } = status;
  if (channel === null) {
    if (!health) return error ? { tone: "quiet", words: t("closed.no_channel") } : undefined;
    return {
      tone: "quiet",
      words: t(health.server_pushes_by.length > 0 ? "closed.no_channel" : "closed.no_server"),
    };
  }
  if (error) return { tone: "quiet", words: t("closed.unknown", { way: way(channel) }) };
  if (!health) return undefined;
  const seen = health.channel;
  if (!seen) return { tone: "quiet", words: t("closed.unsent", { way: way(channel) }) };
  const named = { way: way(seen.way) };
  const detail = seen.last_failure ? t("closed.reason", { reason: seen.last_failure }) : undefined;
  switch (seen.state) {
    case "untried":
      return { tone: "good", words: t("closed.untried", named) };
    case "healthy":
      return {
        tone: "good",
        words: t("closed.healthy", { ...named, at: formatWhen(seen.last_accepted_at ?? now, now) }),
      };
    case "failing":
      return {
        tone: "bad",
        words: t("closed.failing", { ...named, count: seen.failures, n: formatCount(seen.failures) }),
        detail,
      };
    case "dead":
      return { tone: "bad", words: t("closed.dead", named), detail };
  }
}

/** What became of a test, by one way. `hasWaited`: it should have arrived by now. */
export function testWords(test: WakeTest, askedAt: number, status: WakeStatus, hasWaited: boolean): Said {
  const named = { way: way(test.way) };
  switch (test.outcome.kind) {
    case "too_soon":
      return { tone: "quiet", words: t("test.too_soon", named) };
    case "refused":
      return test.way === "stream"
        ? { tone: "bad", words: t("test.no_stream", named) }
        : { tone: "bad", words: t("test.refused", { ...named, reason: reason(test.outcome) }) };
    case "sent": {
      const at = test.way === "stream" ? status.last_by_stream : status.last_by_push;
      if (at !== null && at >= askedAt)
        return { tone: "good", words: t("test.arrived", { ...named, n: formatCount(at - askedAt) }) };
      return hasWaited
        ? { tone: "bad", words: t("test.lost", named) }
        : { tone: "quiet", words: t("test.sent", named) };
    }
  }
}

function reason({ status, message }: { status: number | null; message: string }): string {
  const words = message.charAt(0).toLocaleUpperCase() + message.slice(1);
  return status === null ? words : `${words} (${status})`;
}
