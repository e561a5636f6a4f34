// Numbers, dates and times in the person's own format.
import i18next from "i18next";

/** The person's own variant of the app's language: British dates for a Briton, whatever the words are. */
export function locale(): string {
  const language = i18next.resolvedLanguage ?? "en";
  return navigator.languages.find((each) => each.split("-")[0] === language) ?? language;
}

const memo = <T>(make: (locale: string) => T) => {
  const made = new Map<string, T>();
  return () => {
    const key = locale();
    let format = made.get(key);
    if (!format) {
      format = make(key);
      made.set(key, format);
    }
    return format;
  };
};

const whole = memo((l) => new Intl.NumberFormat(l));
const real = memo((l) => new Intl.NumberFormat(l, { maximumFractionDigits: 12 }));
const day = memo(
  (l) => new Intl.DateTimeFormat(l, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
);
const clock = memo((l) => new Intl.DateTimeFormat(l, { hour: "2-digit", minute: "2-digit" }));
const moment = memo(
  (l) =>
    new Intl.DateTimeFormat(l, {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }),
);
const nearMoment = memo(
  (l) => new Intl.DateTimeFormat(l, { weekday: "short", hour: "2-digit", minute: "2-digit" }),
);
const ago = memo((l) => new Intl.RelativeTimeFormat(l, { numeric: "auto", style: "short" }));
const degrees = memo((l) => new Intl.NumberFormat(l, { minimumFractionDigits: 4, maximumFractionDigits: 4 }));
const list = memo((l) => new Intl.ListFormat(l, { style: "short", type: "conjunction" }));

export const formatCount = (n: number) => whole().format(n);
export const formatNumber = (n: number) => real().format(n);
export const formatList = (items: string[]) => list().format(items);

/** A day, `2026-11-23`. A day has no time zone: it is read and written as UTC. */
export function formatDay(iso: string): string {
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? iso : day().format(at);
}

/** Day and time of an instant, in the person's time zone. */
export function formatMoment(at: number | string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : moment().format(date);
}

/** The time of day. */
export const formatTime = (at: number) => clock().format(at);

/** The time alone when it was today, with the weekday within a week, else the full date. */
export function formatWhen(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (sameDay) return clock().format(at);
  return Math.abs(now - at) < 6 * DAY ? nearMoment().format(at) : formatMoment(at);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "2 min. ago", "in 10 sec.". Steps of five seconds below a minute, so that it does not tick. */
export function formatAgo(at: number, now: number): string {
  const gap = at - now;
  const size = Math.abs(gap);
  if (size < 5_000) return ago().format(0, "second");
  if (size < MINUTE)
    return ago().format(Math.sign(gap) * Math.max(5, Math.round(size / 5_000) * 5), "second");
  if (size < HOUR) return ago().format(Math.round(gap / MINUTE), "minute");
  if (size < DAY) return ago().format(Math.round(gap / HOUR), "hour");
  return ago().format(Math.round(gap / DAY), "day");
}

export function formatPlace(place: { lat: number; lon: number }): string {
  const part = (n: number, plus: string, minus: string) =>
    `${degrees().format(Math.abs(n))}° ${n < 0 ? minus : plus}`;
  return `${part(place.lat, "N", "S")}, ${part(place.lon, "E", "W")}`;
}
