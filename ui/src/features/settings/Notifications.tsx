// What may be shown to the person, and when (U57–U61). Everything acts at once.
import { useState } from "react";
import { useSettings, useWorkspace } from "@/app/workspace";
import { call, type Notice, type NotificationPatch, type QuietHours, testNotification } from "@/backend";
import { Button, failureWords, Segmented, Select, Switch, toast } from "@/components";
import { formatTime, useTranslation } from "@/i18n";
import { isPhone } from "./device";
import { SaidLine } from "./SaidLine";
import { Row, Section } from "./Section";
import type { Said } from "./wakeWords";

const kinds = ["conflict", "refused", "assigned", "sync_stopped"] as const;
const notices: Notice[] = ["banner", "badge", "off"];
/** Ten in the evening to seven in the morning. */
const NIGHT: QuietHours = { from: 22 * 60, to: 7 * 60 };

export function Notifications() {
  const { t } = useTranslation("wakes");
  const { notifications } = useSettings();
  const { notify: rules = [] } = useWorkspace().schema;
  const set = (notifications: NotificationPatch) =>
    void call("settings_set", { notifications }).catch((reason) => toast({ text: failureWords(reason) }));
  const help = {
    conflict: undefined,
    refused: undefined,
    assigned: rules.map((rule) => rule.label).join(" · "),
    sync_stopped: t("notify.sync_stopped.help"),
  };
  const shown = kinds.filter((kind) => kind !== "assigned" || rules.length > 0);
  const asksSystem = isPhone && shown.some((kind) => notifications[kind] === "banner");
  return (
    <Section title={t("notify.title")} note={t("notify.note")}>
      {shown.map((kind) => (
        <Row key={kind} label={t(`notify.${kind}`)} help={help[kind]}>
          <Segmented
            label={t(`notify.${kind}`)}
            hideLabel
            isRequired
            options={notices.map((id) => ({ id, label: t(`notice.${id}`) }))}
            value={notifications[kind]}
            onChange={(notice) => notice && set({ [kind]: notice as Notice })}
          />
        </Row>
      ))}
      {asksSystem && <p className="px-4 py-2 text-note text-text-2">{t("permission")}</p>}
      <Switch
        className="px-4 py-2"
        label={t("titles")}
        help={t("titles.help")}
        isSelected={notifications.show_titles}
        onChange={(show_titles) => set({ show_titles })}
      />
      <div>
        <Switch
          className="px-4 py-2"
          label={t("quiet")}
          help={t("quiet.help")}
          isSelected={notifications.quiet_hours !== null}
          onChange={(on) => set({ quiet_hours: on ? NIGHT : null })}
        />
        {notifications.quiet_hours && (
          <Hours hours={notifications.quiet_hours} onChange={(quiet_hours) => set({ quiet_hours })} />
        )}
      </div>
      <TryRow />
    </Section>
  );
}

/** That the system says yes is no proof: only the person sees whether one is shown (U61). */
function TryRow() {
  const { t } = useTranslation("wakes");
  const [told, setTold] = useState<Said>();
  const test = testNotification();
  if (!test) return null;
  const send = () =>
    void test().then(
      (isShown) =>
        setTold(isShown ? { tone: "quiet", words: t("try.sent") } : { tone: "bad", words: t("try.denied") }),
      (reason) => setTold({ tone: "bad", words: failureWords(reason) }),
    );
  return (
    <div>
      <Row label={t("try.title")} help={t("try.help")}>
        <Button onPress={send}>{t("try.send")}</Button>
      </Row>
      <div role="status" aria-label={t("try.result")} className="px-4 text-body">
        {told && (
          <div className="pb-3">
            <SaidLine said={told} />
          </div>
        )}
      </div>
    </div>
  );
}

function Hours({ hours, onChange }: { hours: QuietHours; onChange: (hours: QuietHours) => void }) {
  const { t } = useTranslation("wakes");
  const { from, to } = hours;
  const halves = Array.from({ length: 48 }, (_, at) => at * 30);
  const options = (chosen: number, isNextDay: (at: number) => boolean) =>
    [...new Set([...halves, chosen])]
      .filter((at) => at === chosen || at !== from)
      .sort((one, other) => one - other)
      .map((at) => ({
        id: String(at),
        label: isNextDay(at) ? t("quiet.next_day", { at: clock(at) }) : clock(at),
      }));
  return (
    <div className="flex flex-wrap gap-3 px-4 pb-3">
      <Select
        className="w-36"
        label={t("quiet.from")}
        options={options(from, () => false)}
        value={String(from)}
        onChange={(at) => at !== null && onChange(apart(Number(at), to))}
      />
      <Select
        className="w-48"
        label={t("quiet.to")}
        options={options(to, (at) => at <= from)}
        value={String(to)}
        onChange={(at) => at !== null && onChange({ from, to: Number(at) })}
      />
    </div>
  );
}

/** Minutes after midnight, as this person writes a time of day. */
const clock = (minutes: number) => formatTime(new Date(2026, 0, 1, 0, minutes).getTime());

/** Hours that begin when they end would be none, or all: they last half an hour at least. */
const apart = (from: number, to: number): QuietHours => ({
  from,
  to: to === from ? (from + 30) % (24 * 60) : to,
});
