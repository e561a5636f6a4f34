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

/** The line of the schema that a refusal names, from 1; null if it is about no line. */
export function lineOf(message: string): number | null {
  const line = /^line (\d+):/.exec(message)?.[1];
  return line ? Number(line) : null;
}

/** What is wrong with the schema: the client's own words, which say where and what to do, as a sentence. */
export const schemaWords = (message: string): string =>
  `${message.charAt(0).toLocaleUpperCase()}${message.slice(1)}`;
