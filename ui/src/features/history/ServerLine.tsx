// Whether the server's part of a story is in it, and if not, why, and how to get it.
import { CloudOff, Server } from "lucide-react";
import type { Reachability } from "@/backend";
import { Button, useLate } from "@/components";
import { reachWords } from "@/features/status";
import { useTranslation } from "@/i18n";
import type { ServerPart } from "./useHistory";

export function ServerLine({ server, onAsk }: { server: ServerPart; onAsk: () => void }) {
  const { t } = useTranslation("history");
  const isLate = useLate();
  const why = (reach: Reachability | null) =>
    reach && reach.kind !== "online"
      ? t("server.offline", { why: reachWords(reach) })
      : t("server.not_asked");
  const isMissing = server.kind === "not_asked" || server.kind === "missing";
  const Icon = isMissing ? CloudOff : Server;
  return (
    <div
      role="status"
      className="flex min-h-control min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1 text-note text-text-3"
    >
      {(server.kind !== "asking" || isLate) && (
        <>
          <Icon aria-hidden className="size-3.5 shrink-0" />
          <span className="min-w-0 flex-1 basis-40">
            {isMissing ? why(server.why) : t(`server.${server.kind}`)}
          </span>
        </>
      )}
      {isMissing && (
        <Button size="small" onPress={onAsk}>
          {t(server.kind === "missing" ? "server.again" : "server.ask")}
        </Button>
      )}
    </div>
  );
}
