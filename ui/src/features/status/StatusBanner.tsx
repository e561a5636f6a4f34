// Calm by rule (U29): a banner only when changes have waited for the server for some minutes, or when sync needs the
// person; it can be dismissed. No message per sync.
import { CloudOff, KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { announce } from "@/app/announce";
import { useHasPlace } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useRead } from "@/backend";
import { Banner, ButtonLink, useNow } from "@/components";
import { formatCount, formatWhen, useTranslation } from "@/i18n";
import { reachWords, safeWords, situation } from "./words";

const PATIENCE = 10 * 60_000;

export function StatusBanner() {
  const { t } = useTranslation("status");
  const { data: status } = useRead("sync_status", {});
  const now = useNow();
  const canConnect = useHasPlace("/connect");
  const [dismissed, setDismissed] = useState<number | string | null>(null);
  if (!status) return null;
  if (status.state === "sign_in_needed" && dismissed !== "sign_in") {
    return (
      <Banner
        icon={KeyRound}
        tone="waiting"
        onDismiss={() => setDismissed("sign_in")}
        actions={
          canConnect && (
            <ButtonLink size="small" href={paths.connect()}>
              {t("do.connect")}
            </ButtonLink>
          )
        }
      >
        {t("title.sign_in")}. {status.waiting > 0 && safeWords(status)}
      </Banner>
    );
  }
  const since = status.offline_with_waiting_since;
  // Who works offline on purpose knows it.
  if (
    since === null ||
    status.work_offline ||
    now - since < PATIENCE ||
    dismissed === since ||
    status.waiting === 0
  )
    return null;
  return (
    <Banner icon={CloudOff} tone="waiting" onDismiss={() => setDismissed(since)}>
      {t("banner.offline", {
        count: status.waiting,
        n: formatCount(status.waiting),
        time: formatWhen(since, now),
        reason: status.reachability ? reachWords(status.reachability) : "",
      })}
    </Banner>
  );
}

/** Says to screen readers when the situation changes to one worth knowing (U78). */
export function useStatusAnnouncements(): void {
  const { t } = useTranslation("status");
  const { data: status } = useRead("sync_status", {});
  const now = status && situation(status);
  const needs = status ? status.refused + status.conflicts : 0;
  const [before, setBefore] = useState(now);
  useEffect(() => {
    if (!now || now === before) return;
    setBefore(now);
    if (before === undefined) return;
    if (now === "synced") announce(t("announce.synced"), { topic: "status" });
    if (now === "offline") announce(t("announce.offline"), { topic: "status" });
    if (now === "needs_you")
      announce(t("announce.needs_you", { count: needs, n: formatCount(needs) }), { topic: "status" });
  }, [now, before, needs, t]);
}
