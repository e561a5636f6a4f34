// Under the server's address: what answers there.
import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslation } from "@/i18n";
import type { Check } from "./useServerCheck";
import { connectWords, reachWords } from "./words";

export interface CheckLineProps {
  check: Check;
  /** The server is said to be one of Azure Mobile Apps or Datasync. */
  isTables: boolean;
}

export function CheckLine(props: CheckLineProps) {
  return (
    <div role="status" className="text-note">
      <Words {...props} />
    </div>
  );
}

function Words({ check, isTables }: CheckLineProps) {
  const { t } = useTranslation("connect");
  if (isTables && check.state === "done") {
    if (check.check.kind === "ready") return <Trouble words={t("tables.is_landfall")} />;
    // Whatever else such a server answers to a question that it does not know, it is there.
    const { kind } = check.check.reachability;
    if (kind === "not_landfall" || kind === "unauthorized" || kind === "server_trouble")
      return <span className="text-text-2">{t("tables.there")}</span>;
  }
  if (check.state === "none") return null;
  if (check.state === "busy") {
    return (
      <span className="flex items-center gap-1.5 text-text-3">
        <LoaderCircle aria-hidden className="size-3.5 animate-turn" />
        {t("check.busy")}
      </span>
    );
  }
  if (check.state === "done" && check.check.kind === "ready") {
    return (
      <span className="flex items-start gap-1.5 text-added">
        <CircleCheck aria-hidden className="mt-px size-4 shrink-0" />
        <span className="min-w-0 break-words">
          {t("check.ready", { version: check.check.version, url: check.check.server_url })}
        </span>
      </span>
    );
  }
  const words =
    check.state === "failed"
      ? connectWords(check.reason)
      : check.check.kind === "problem"
        ? reachWords(check.check.reachability)
        : "";
  return <Trouble words={words} />;
}

function Trouble({ words }: { words: string }) {
  return (
    <span className="flex items-start gap-1.5 text-refused">
      <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
      <span>{words}</span>
    </span>
  );
}
