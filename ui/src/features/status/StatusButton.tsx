// The one status button, always in the same place, and what it opens (U25, U26, U28).
import { GitMerge, Inbox, RefreshCw, ScrollText } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button as AriaButton, ProgressBar } from "react-aria-components";
import { useHasPlace } from "@/app/navigation";
import { paths } from "@/app/paths";
import { call, type SyncStatus, useRead } from "@/backend";
import { Button, ButtonLink, cx, inkOf, Popover, Switch, useNow } from "@/components";
import { formatAgo, formatCount, formatWhen, useTranslation } from "@/i18n";
import {
  headline,
  reachWords,
  safeWords,
  shortWords,
  situation,
  situationIcon,
  situationTone,
} from "./words";

export function StatusButton({ placement = "top start" }: { placement?: "top start" | "bottom end" }) {
  const { t } = useTranslation("status");
  const { data: status } = useRead("sync_status", {});
  if (!status) return null;
  const now = situation(status);
  const Icon = situationIcon[now];
  return (
    <Popover
      label={t("label")}
      placement={placement}
      className="w-84"
      trigger={
        <AriaButton
          className={cx(
            "inline-flex h-7 shrink-0 cursor-default items-center gap-1.5 rounded px-2 text-note font-medium hovered:bg-surface-3 coarse:h-11",
            inkOf[situationTone(status)],
          )}
        >
          <Icon aria-hidden className={cx("size-4", now === "syncing" && "animate-turn")} />
          <span className="sr-only">{t("label")}: </span>
          <span className="tabular">{shortWords(status)}</span>
        </AriaButton>
      }
    >
      {(close) => <StatusDetails status={status} close={close} />}
    </Popover>
  );
}

/** Asks for a sync and answers at once what will happen. */
export async function syncNow(command: "sync_now" | "sync_push" | "sync_pull" = "sync_now") {
  return await call(command, {});
}

function StatusDetails({ status, close }: { status: SyncStatus; close: () => void }) {
  const { t } = useTranslation("status");
  const [answer, setAnswer] = useState("");
  const hasOutbox = useHasPlace("/outbox");
  const hasLog = useHasPlace("/log");
  const now = situation(status);
  const Icon = situationIcon[now];
  const isSaid = now === "sign_in" || now === "update";
  const trouble =
    status.reachability && status.reachability.kind !== "online" && !isSaid ? status.reachability : null;
  const mustConnect = useHasPlace("/connect") && now === "sign_in";
  const ask = (command: "sync_now" | "sync_push" | "sync_pull") =>
    void syncNow(command).then(
      (started) => setAnswer(t(`answer.${started}`)),
      () => setAnswer(t("answer.failed")),
    );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-start gap-2.5">
        <Icon
          aria-hidden
          className={cx(
            "mt-0.5 size-4 shrink-0",
            inkOf[situationTone(status)],
            now === "syncing" && "animate-turn",
          )}
        />
        <div className="flex min-w-0 flex-col gap-1">
          <p className="text-body font-semibold">{headline(status)}</p>
          {trouble && <p className="text-note text-text-2">{reachWords(trouble)}</p>}
          {status.first_sync && <p className="text-note text-text-2">{t("first.note")}</p>}
          {status.waiting > 0 && now !== "syncing" && (
            <p className="text-note text-text-2">{safeWords(status)}</p>
          )}
        </div>
      </div>
      {now === "syncing" && status.progress && <SyncProgress status={status} />}
      <Facts status={status} />
      <div className="grid grid-cols-2 gap-2">
        {mustConnect && (
          <ButtonLink look="primary" href={paths.connect()} className="col-span-2">
            {t("do.connect")}
          </ButtonLink>
        )}
        <Button
          look={mustConnect ? "plain" : "primary"}
          icon={RefreshCw}
          onPress={() => ask("sync_now")}
          className="col-span-2"
        >
          {t("do.sync")}
        </Button>
        <Button size="small" onPress={() => ask("sync_push")}>
          {t("do.push")}
        </Button>
        <Button size="small" onPress={() => ask("sync_pull")}>
          {t("do.pull")}
        </Button>
      </div>
      <p role="status" className="min-h-4 text-note text-text-2 empty:hidden">
        {answer}
      </p>
      <div className="flex flex-col border-t border-line pt-1">
        <Switch
          label={t("automatic")}
          isSelected={status.automatic}
          onChange={(on) => void call("sync_set_automatic", { on })}
        />
        <Switch
          label={t("do.work_offline")}
          isSelected={status.work_offline}
          onChange={(on) => void call("work_offline_set", { on })}
        />
      </div>
      {(hasOutbox || hasLog) && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the links inside act; this only closes the popover behind them.
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click.
        <div className="-mx-2 flex flex-wrap" onClick={close}>
          {status.conflicts + status.refused > 0 && (
            <ButtonLink look="quiet" size="small" icon={GitMerge} href={paths.conflicts()}>
              {t("do.decide")}
            </ButtonLink>
          )}
          {hasOutbox && (
            <ButtonLink look="quiet" size="small" icon={Inbox} href={paths.outbox()}>
              {t("do.outbox")}
            </ButtonLink>
          )}
          {hasLog && (
            <ButtonLink look="quiet" size="small" icon={ScrollText} href={paths.log()}>
              {t("do.log")}
            </ButtonLink>
          )}
        </div>
      )}
    </div>
  );
}

/** Determinate only if the total is known (U28). */
function SyncProgress({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("status");
  const { done, total } = status.progress ?? { done: 0, total: null };
  return (
    <ProgressBar
      aria-label={t("syncing")}
      value={total ? (100 * done) / total : 0}
      isIndeterminate={!total}
      className="flex flex-col gap-1"
    >
      {({ percentage, isIndeterminate }) => (
        <>
          <span className="h-1 overflow-hidden rounded-full bg-surface-3">
            <span
              className={cx(
                "block h-full rounded-full bg-accent transition-[width] duration-(--calm)",
                isIndeterminate && "w-1/3 opacity-60",
              )}
              style={isIndeterminate ? undefined : { width: `${percentage ?? 0}%` }}
            />
          </span>
          <span className="tabular text-note text-text-3">{shortWords(status)}</span>
        </>
      )}
    </ProgressBar>
  );
}

function Facts({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("status");
  const now = useNow();
  const at = (time: number) => t("when", { time: formatWhen(time, now), ago: formatAgo(time, now) });
  const facts: [string, ReactNode][] = [
    [t("fact.success"), status.last_success === null ? t("never") : at(status.last_success)],
    ...(status.next_attempt !== null
      ? ([[t("fact.next"), at(status.next_attempt)]] as [string, ReactNode][])
      : []),
    [t("fact.sent"), formatCount(status.last_sent)],
    [t("fact.received"), formatCount(status.last_received)],
    ...(status.waiting > 0
      ? ([[t("fact.waiting"), formatCount(status.waiting)]] as [string, ReactNode][])
      : []),
    ...(status.conflicts > 0
      ? ([[t("fact.conflicts"), formatCount(status.conflicts)]] as [string, ReactNode][])
      : []),
    ...(status.refused > 0
      ? ([[t("fact.refused"), formatCount(status.refused)]] as [string, ReactNode][])
      : []),
    [t("fact.device"), status.device_name],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-note">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-text-3">{name}</dt>
          <dd className="tabular text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
