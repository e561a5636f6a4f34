// How fresh the data on screen is (U13).
import { useRead } from "@/backend";
import { useNow } from "@/components";
import { formatAgo, formatWhen, useTranslation } from "@/i18n";
import { situation } from "./words";

export function Freshness() {
  const { t } = useTranslation("status");
  const { data: status } = useRead("sync_status", {});
  const now = useNow();
  if (!status || status.state === "not_connected") return null;
  const { last_success: last } = status;
  const what = () => {
    if (status.first_sync) return t("fresh.first");
    if (status.state === "pushing" || status.state === "pulling") return t("fresh.syncing");
    if (last === null) return t("fresh.never");
    const time = formatWhen(last, now);
    if (status.work_offline || status.state === "offline" || status.state === "retrying")
      return t("fresh.offline", { time });
    const state = situation({ ...status, refused: 0, conflicts: 0 });
    if (state === "sign_in" || state === "update") return t("fresh.trouble", { time });
    if (state === "paused") return t("fresh.paused", { time });
    return t("fresh.checked", { ago: formatAgo(last, now) });
  };
  return <span className="tabular truncate text-note text-text-3">{what()}</span>;
}
