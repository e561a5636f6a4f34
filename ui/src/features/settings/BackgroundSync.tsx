// Whether the server may wake this device, how it does, and whether it works. Nothing here calls for attention: what is
// wrong is told where one looks for it.
import { useEffect } from "react";
import { useSettings, useWorkspace } from "@/app/workspace";
import { call, canKeepRunning, type SettingsPatch, useRead, type WakeStatus } from "@/backend";
import { failureWords, Switch, toast, useNow } from "@/components";
import { useTranslation } from "@/i18n";
import { SaidLine } from "./SaidLine";
import { Fact, Section } from "./Section";
import { StandsFor } from "./StandsFor";
import { WakeTestRow } from "./WakeTestRow";
import { pushWords, streamWords } from "./wakeWords";

export function BackgroundSync() {
  const { t } = useTranslation("wakes");
  const settings = useSettings();
  const { schema, table_protocol } = useWorkspace();
  const { data: status } = useRead("wake_status", {});
  const set = (patch: SettingsPatch) =>
    void call("settings_set", patch).catch((reason) => toast({ text: failureWords(reason) }));
  return (
    <Section title={t("title")} note={table_protocol ? t("tables.note") : undefined}>
      {!table_protocol && (
        <Switch
          className="px-4 py-2"
          label={t("on")}
          help={t("on.help")}
          isSelected={settings.background_sync}
          onChange={(background_sync) => set({ background_sync })}
        />
      )}
      {status && !table_protocol && <Health status={status} />}
      {status && !table_protocol && <WakeTestRow status={status} />}
      {canKeepRunning() && (
        <Switch
          className="px-4 py-2"
          label={t("keep")}
          help={t("keep.help")}
          isSelected={settings.keep_running}
          onChange={(keep_running) => set({ keep_running })}
        />
      )}
      {status && !table_protocol && (schema.notify ?? []).length > 0 && <StandsFor tags={status.tags} />}
    </Section>
  );
}

function Health({ status }: { status: WakeStatus }) {
  const { t } = useTranslation("wakes");
  const settings = useSettings();
  const now = useNow();
  const { data: health, error, refetch } = useRead("wake_health", {});
  // The server's word is asked for when the screen is opened, and again when what it is about has changed.
  const about = `${settings.background_sync} ${status.channel} ${status.listening_since !== null}`;
  useEffect(() => {
    if (about) void refetch({ cancelRefetch: false });
  }, [about, refetch]);
  const push = pushWords(status, settings, health, error, now);
  return (
    <dl className="divide-y divide-line">
      <Fact name={t("open")}>
        <SaidLine said={streamWords(status, settings, now)} />
      </Fact>
      <Fact name={t("closed")}>{push ? <SaidLine said={push} /> : <span>&nbsp;</span>}</Fact>
    </dl>
  );
}
