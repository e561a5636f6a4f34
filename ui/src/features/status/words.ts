// The sync status in words and marks (U25, U27): one place, so that button, popover and banner agree.
import {
  ArrowUp,
  Check,
  CloudOff,
  KeyRound,
  type LucideIcon,
  Pause,
  PlugZap,
  RefreshCw,
  TriangleAlert,
} from "lucide-react";
import type { Reachability, SyncStatus } from "@/backend";
import type { Tone } from "@/components";
import { formatCount, i18next } from "@/i18n";

export type Situation =
  | "not_connected"
  | "sign_in"
  | "update"
  | "needs_you"
  | "syncing"
  | "offline"
  | "paused"
  | "waiting"
  | "synced";

/** What matters most now. */
export function situation(status: SyncStatus): Situation {
  if (status.state === "not_connected") return "not_connected";
  if (status.state === "sign_in_needed") return "sign_in";
  if (status.state === "update_needed") return "update";
  if (status.refused + status.conflicts > 0) return "needs_you";
  if (status.state === "pushing" || status.state === "pulling") return "syncing";
  if (status.work_offline || status.state === "offline" || status.state === "retrying") return "offline";
  if (status.state === "paused" || !status.automatic) return "paused";
  return status.waiting > 0 ? "waiting" : "synced";
}

export const situationIcon: Record<Situation, LucideIcon> = {
  not_connected: PlugZap,
  sign_in: KeyRound,
  update: TriangleAlert,
  needs_you: TriangleAlert,
  syncing: RefreshCw,
  offline: CloudOff,
  paused: Pause,
  waiting: ArrowUp,
  synced: Check,
};

export function situationTone(status: SyncStatus): Tone {
  switch (situation(status)) {
    case "needs_you":
      return status.conflicts > 0 ? "conflict" : "refused";
    case "sign_in":
    case "update":
      return "refused";
    case "waiting":
      return "waiting";
    case "offline":
    case "paused":
      return status.waiting > 0 ? "waiting" : "neutral";
    default:
      return "neutral";
  }
}

/** The button's words: short. */
export function shortWords(status: SyncStatus): string {
  const t = i18next.getFixedT(null, "status");
  const waiting = { count: status.waiting, n: formatCount(status.waiting) };
  switch (situation(status)) {
    case "needs_you":
      return t("needs_you", { n: formatCount(status.refused + status.conflicts) });
    case "syncing": {
      const { progress } = status;
      if (!progress) return t("syncing");
      if (progress.total)
        return t("syncing.of", { done: formatCount(progress.done), total: formatCount(progress.total) });
      return progress.done > 0 ? t("syncing.done", { done: formatCount(progress.done) }) : t("syncing");
    }
    case "offline":
      return status.waiting > 0 ? t("offline.waiting", waiting) : t("offline");
    case "paused":
      return status.waiting > 0 ? t("paused.waiting", waiting) : t("paused");
    case "waiting":
      return t("waiting", waiting);
    case "not_connected":
      return t("not_connected");
    case "sign_in":
      return t("sign_in");
    case "update":
      return t("update");
    case "synced":
      return t("synced");
  }
}

/** The popover's headline: a sentence. */
export function headline(status: SyncStatus): string {
  const t = i18next.getFixedT(null, "status");
  const needs = status.refused + status.conflicts;
  switch (situation(status)) {
    case "needs_you":
      return t("title.needs_you", { count: needs, n: formatCount(needs) });
    case "syncing":
      if (status.first_sync) return t("title.first");
      return t(
        status.progress?.direction === "sending" ? "title.syncing.sending" : "title.syncing.receiving",
      );
    case "waiting":
      return t("title.waiting", { count: status.waiting, n: formatCount(status.waiting) });
    case "offline":
      return t("title.offline");
    case "paused":
      return t("title.paused");
    case "not_connected":
      return t("title.not_connected");
    case "sign_in":
      return t("title.sign_in");
    case "update":
      return t("title.update");
    case "synced":
      return t("title.synced");
  }
}

/** Where the changes are that wait, and when they go. */
export function safeWords(status: SyncStatus): string {
  const t = i18next.getFixedT(null, "status");
  if (status.state === "sign_in_needed") return t("safe.sign_in");
  if (status.state === "update_needed") return t("safe.update");
  if (status.work_offline) return t("safe.offline");
  return t(status.automatic ? "safe.note" : "safe.paused");
}

/** What stands between the device and the server, told apart in plain words (U27). */
export function reachWords(reach: Reachability): string {
  const t = i18next.getFixedT(null, "status");
  if (reach.kind === "insecure")
    return t(reach.clock_skew_seconds === null ? "reach.insecure" : "reach.insecure.clock");
  if (reach.kind === "server_trouble") return t("reach.server_trouble", { status: reach.status });
  return t(`reach.${reach.kind}`);
}
