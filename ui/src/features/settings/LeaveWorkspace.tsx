// Leaving the workspace: what is not on the server yet is counted, and every way that loses nothing comes first (U66).
import { CircleCheck, LogOut } from "lucide-react";
import { useState } from "react";
import { go } from "@/app/history";
import { paths } from "@/app/paths";
import { saveText } from "@/app/textOut";
import { useWorkspace } from "@/app/workspace";
import { CommandFailed, call, type SyncStatus, useRead } from "@/backend";
import { Button, Dialog, failureWords, SyncMark, toast } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { Row, Section } from "./Section";

export function LeaveWorkspace() {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={t("leave.title")}>
      <Row label={t("leave.open")} help={t("leave.note")}>
        <Button look="danger" icon={LogOut} onPress={() => setOpen(true)}>
          {t("leave.open")}
        </Button>
      </Row>
      {isOpen && <LeaveDialog onClose={() => setOpen(false)} />}
    </Section>
  );
}

function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { name } = useWorkspace();
  const { data: status } = useRead("sync_status", {});
  const [hasLate, setHasLate] = useState(false);
  const open = status ? status.waiting + status.refused + status.conflicts : 0;
  const isClean = status !== undefined && open === 0 && !hasLate;
  const isSyncing = status?.state === "pushing" || status?.state === "pulling";
  const fail = (reason: unknown) => toast({ text: failureWords(reason) });
  const leave = async (erase: boolean) => {
    try {
      await call("workspace_disconnect", { erase });
      onClose();
      go(paths.connect(), { replace: true });
      toast({ text: t("leave.done") });
    } catch (reason) {
      // Something was edited since the counts were read: it is counted now.
      if (reason instanceof CommandFailed && reason.code === "edits_waiting") setHasLate(true);
      else fail(reason);
    }
  };
  const exportAll = async () => {
    const { file_name, text } = await call("outbox_export", {});
    saveText(file_name, text);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      role="alertdialog"
      isDismissable={false}
      size="medium"
      title={t("leave.ask", { name })}
      actions={
        <>
          <Button look="danger" isDisabled={!status} onPress={() => void leave(!isClean)}>
            {t(isClean ? "leave.leave" : "leave.erase")}
          </Button>
          {!isClean && <Button onPress={() => void exportAll().catch(fail)}>{t("leave.export")}</Button>}
          {!isClean && (
            <Button isDisabled={isSyncing} onPress={() => void call("sync_now", {}).catch(fail)}>
              {t(isSyncing ? "leave.syncing" : "leave.sync")}
            </Button>
          )}
          <Button look="primary" autoFocus onPress={onClose}>
            {t("leave.keep")}
          </Button>
        </>
      }
    >
      {isClean ? (
        <p className="flex items-start gap-2 text-body text-text-2">
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-added" />
          {t("leave.clean")}
        </p>
      ) : (
        status && <NotSent status={status} />
      )}
    </Dialog>
  );
}

function NotSent({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("settings");
  const counts = [
    { mark: "waiting", key: "leave.waiting", count: status.waiting },
    { mark: "refused", key: "leave.refused", count: status.refused },
    { mark: "conflict", key: "leave.conflicts", count: status.conflicts },
  ] as const;
  return (
    <div className="flex flex-col gap-3 text-body text-text-2">
      <p>{t("leave.not_sent")}</p>
      <ul className="flex flex-col gap-1 text-text">
        {counts
          .filter(({ count }) => count > 0)
          .map(({ mark, key, count }) => (
            <li key={mark} className="flex items-center gap-2">
              <span aria-hidden>
                <SyncMark mark={mark} tabIndex={-1} />
              </span>
              {t(key, { count, n: formatCount(count) })}
            </li>
          ))}
      </ul>
      <p>{t("leave.lost")}</p>
    </div>
  );
}
