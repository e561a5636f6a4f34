// How the person likes things: look, sync, keyboard. Each acts at once.
import { useSettings } from "@/app/workspace";
import { call, type Density, type SettingsPatch, type Theme } from "@/backend";
import { failureWords, Segmented, Switch, toast } from "@/components";
import { useTranslation } from "@/i18n";
import { Row, Section } from "./Section";

const themes: Theme[] = ["system", "light", "dark"];
const densities: Density[] = ["comfortable", "compact"];

const say = (work: Promise<unknown>) => void work.catch((reason) => toast({ text: failureWords(reason) }));

export function Preferences() {
  const { t } = useTranslation("settings");
  const settings = useSettings();
  const set = (patch: SettingsPatch) => say(call("settings_set", patch));
  return (
    <>
      <Section title={t("look.title")}>
        <Row label={t("theme")}>
          <Segmented
            label={t("theme")}
            hideLabel
            isRequired
            options={themes.map((id) => ({ id, label: t(`theme.${id}`) }))}
            value={settings.theme}
            onChange={(theme) => theme && set({ theme: theme as Theme })}
          />
        </Row>
        <Row label={t("density")}>
          <Segmented
            label={t("density")}
            hideLabel
            isRequired
            options={densities.map((id) => ({ id, label: t(`density.${id}`) }))}
            value={settings.density}
            onChange={(density) => density && set({ density: density as Density })}
          />
        </Row>
      </Section>
      <Section title={t("sync.title")}>
        <Switch
          className="px-4 py-2"
          label={t("automatic")}
          help={t("automatic.help")}
          isSelected={settings.automatic_sync}
          onChange={(on) => say(call("sync_set_automatic", { on }))}
        />
        <Switch
          className="px-4 py-2"
          label={t("offline")}
          help={t("offline.help")}
          isSelected={settings.work_offline}
          onChange={(on) => say(call("work_offline_set", { on }))}
        />
      </Section>
      <Section title={t("keys.title")}>
        <Switch
          className="px-4 py-2"
          label={t("keys")}
          help={t("keys.help")}
          isSelected={settings.single_key_shortcuts}
          onChange={(single_key_shortcuts) => set({ single_key_shortcuts })}
        />
      </Section>
    </>
  );
}
