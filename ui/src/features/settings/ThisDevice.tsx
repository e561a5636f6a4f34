// The workspace and this device, in plain words.
import { paths } from "@/app/paths";
import { useAppState, useWorkspace } from "@/app/workspace";
import { ButtonLink } from "@/components";
import { useTranslation } from "@/i18n";
import { Fact, Row, Section } from "./Section";

export function ThisDevice() {
  const { t } = useTranslation("settings");
  const workspace = useWorkspace();
  const { app_version } = useAppState();
  return (
    <Section title={t("device.title")}>
      <dl className="divide-y divide-line">
        <Fact name={t("device.workspace")}>{workspace.name}</Fact>
        <Fact name={t("device.server")}>{workspace.server_url}</Fact>
        <Fact name={t("device.name")}>{workspace.device_name}</Fact>
        <Fact name={t("device.token")}>{t(`device.token.${workspace.token_kept_in}`)}</Fact>
        <Fact name={t("device.id")}>
          <span className="font-mono text-note">{workspace.device_id}</span>
        </Fact>
        <Fact name={t("device.version")}>{app_version}</Fact>
      </dl>
      <Row label={t("device.reconnect")}>
        <ButtonLink href={paths.connect()}>{t("device.reconnect.open")}</ButtonLink>
      </Row>
    </Section>
  );
}
