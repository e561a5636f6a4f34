// Why a server can't be used, in words.
import { CommandFailed, type Reachability } from "@/backend";
import { i18next } from "@/i18n";

const t = i18next.getFixedT(null, "connect");

export function reachWords(reachability: Reachability): string {
  switch (reachability.kind) {
    case "insecure":
      return t(reachability.clock_skew_seconds === null ? "reach.insecure" : "reach.insecure.clock");
    case "server_trouble":
      return t("reach.server_trouble", { status: reachability.status });
    default:
      return t(`reach.${reachability.kind}`);
  }
}

export function connectWords(reason: unknown): string {
  const code = reason instanceof CommandFailed ? reason.code : "internal";
  switch (code) {
    case "unauthorized":
    case "unreachable":
    case "storage_full":
      return t(`failed.${code}`);
    default:
      return t("failed.other", { code });
  }
}
