// Things by day: the days as groups, and a day's name.
import { formatDay, useTranslation } from "@/i18n";
import { useNow } from "./useNow";

/** The items of each day together, in the order they come. A day is the instant at which it begins here. */
export function byDay<T>(items: T[], at: (item: T) => number): { day: number; items: T[] }[] {
  const days: { day: number; items: T[] }[] = [];
  for (const item of items) {
    const day = new Date(at(item)).setHours(0, 0, 0, 0);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

/** "Today", "Yesterday", else the date. */
export function DayName({ day }: { day: number }) {
  const { t } = useTranslation();
  const today = new Date(useNow()).setHours(0, 0, 0, 0);
  if (day === today) return t("today");
  if (Math.round((today - day) / 86_400_000) === 1) return t("yesterday");
  const date = new Date(day);
  const two = (n: number) => String(n).padStart(2, "0");
  return formatDay(`${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`);
}
