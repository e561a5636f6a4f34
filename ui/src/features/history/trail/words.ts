// Where a record's latest change is, in one line: the answer to "why isn't my change there?" (U32).
import type { Reachability, RecordTrail } from "@/backend";
import { reachWords } from "@/features/status";
import { formatTime, formatWhen, i18next } from "@/i18n";

const t = i18next.getFixedT(null, "history");

/** The part of a version that people can tell from another: what stands behind its last point. */
export function shortVersion(version: string): string {
  const end = version.slice(version.lastIndexOf(".") + 1);
  return end.length > 0 && end.length <= 12 ? end : `${version.slice(0, 12)}…`;
}

/** The steps that are behind the change, and the one it is at; in order. */
export function trailSteps(trail: RecordTrail, now: number): string[] {
  const { state, version } = trail;
  if (state === "draft") return [t("trail.draft")];
  const edited =
    trail.edited_at === null ? [] : [t("trail.edited", { when: formatWhen(trail.edited_at, now) })];
  const sent =
    trail.sent_at === null ? [] : [t("trail.sent", { when: sentWhen(trail.sent_at, trail.edited_at, now) })];
  switch (state) {
    case "on_server": {
      if (version === null) return [...edited, t(edited.length > 0 ? "trail.on_server" : "trail.none")];
      const short = shortVersion(version);
      return edited.length > 0
        ? [...edited, ...sent, t("trail.version", { version: short })]
        : [t("trail.only_version", { version: short })];
    }
    case "waiting":
      return [...edited, t(trail.attempts > 0 ? "trail.waiting.again" : "trail.waiting")];
    case "sending":
      return [
        ...edited,
        trail.attempts > 1
          ? t("trail.sending.again", { count: trail.attempts, ordinal: true })
          : t("trail.sending"),
      ];
    case "behind":
      return [...edited, t("trail.behind")];
    case "needs_you":
    case "refused":
      return [...edited, ...sent, t(`trail.${state}`)];
  }
}

/** Sent on the day of the edit, the time alone says when. */
function sentWhen(sent: number, edited: number | null, now: number): string {
  const isSameDay = edited !== null && new Date(sent).toDateString() === new Date(edited).toDateString();
  return isSameDay ? formatTime(sent) : formatWhen(sent, now);
}

/** What it means, and what happens next. */
export function trailWhy(trail: RecordTrail, reach: Reachability | null): string {
  if (trail.state === "on_server" && trail.version === null) return t("trail.none");
  if (trail.state === "waiting" && reach && reach.kind !== "online")
    return t("why.waiting.reason", { why: reachWords(reach) });
  return t(`why.${trail.state}`);
}
