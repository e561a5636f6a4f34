// Under the server's address: what answers there.
import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslation } from "@/i18n";
import type { Check } from "./useServerCheck";
import { connectWords, reachWords } from "./words";

export function CheckLine({ check }: { check: Check }) {
  return (
    <div role="status" className="text-note">
      <Words check={check} />
    </div>
  );
}

function Words({ check }: { check: Check }) {
  const { t } = useTranslation("connect");
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
  return (
    <span className="flex items-start gap-1.5 text-refused">
      <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
      <span>{words}</span>
    </span>
  );
}
