import type { WhoWhen as WhoWhenData } from "@/backend";
import { formatMoment, formatWhen, useTranslation } from "@/i18n";
import { useNow } from "./useNow";

/** "Ana's laptop, 10:41", with the full date as title. */
export function WhoWhen({ value }: { value: WhoWhenData }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <time dateTime={new Date(value.at).toISOString()} title={formatMoment(value.at)} className="tabular">
      {t("who.when", { who: value.who || t("who.someone"), when: formatWhen(value.at, now) })}
    </time>
  );
}
