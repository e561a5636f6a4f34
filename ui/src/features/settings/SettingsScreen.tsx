// `/settings`: how the person likes things, this device, what can be taken off it.
import { History, Stethoscope, Trash2 } from "lucide-react";
import { Page } from "@/app/Page";
import { paths } from "@/app/paths";
import { Button, ButtonLink } from "@/components";
import { showRecentActions } from "@/features/undo";
import { useTranslation } from "@/i18n";
import { BackgroundSync } from "./BackgroundSync";
import { LeaveWorkspace } from "./LeaveWorkspace";
import { Notifications } from "./Notifications";
import { Preferences } from "./Preferences";
import { PurgeTables } from "./PurgeTables";
import { Row, Section } from "./Section";
import { ThisDevice } from "./ThisDevice";

export function SettingsScreen() {
  const { t } = useTranslation("settings");
  return (
    <Page id="settings" title={t("title")}>
      <div className="mx-auto flex max-w-2xl flex-col gap-8 p-4 pb-10 tablet:p-6">
        <Preferences />
        <BackgroundSync />
        <Notifications />
        <ThisDevice />
        <PurgeTables />
        <Section title={t("help.title")}>
          <Row label={t("recent.open")} help={t("recent.help")}>
            <Button icon={History} onPress={showRecentActions}>
              {t("recent.go")}
            </Button>
          </Row>
          <Row label={t("trash.open")} help={t("trash.help")}>
            <ButtonLink href={paths.trash()} icon={Trash2}>
              {t("trash.go")}
            </ButtonLink>
          </Row>
          <Row label={t("log.open")} help={t("log.help")}>
            <ButtonLink href={paths.log()}>{t("log.go")}</ButtonLink>
          </Row>
          <Row label={t("diagnostics.open")} help={t("diagnostics.help")}>
            <ButtonLink href={paths.diagnostics()} icon={Stethoscope}>
              {t("diagnostics.go")}
            </ButtonLink>
          </Row>
        </Section>
        <LeaveWorkspace />
      </div>
    </Page>
  );
}
