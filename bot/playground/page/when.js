// Moments in words, in the zone of this browser: the phone's own.

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const brief = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

export const hours = (at) => time.format(at);
export const shortDate = (at) => short.format(at).replace(",", "");
export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;

export function dayName(at, now) {
  if (dayKey(at) === dayKey(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayKey(at) === dayKey(yesterday)) return "Yesterday";
  return at.getFullYear() === now.getFullYear() ? day.format(at) : dayAndYear.format(at);
}

export function shortly(at, now) {
  if (dayKey(at) === dayKey(now)) return hours(at);
  return now - at < 6 * 86400e3 ? weekday.format(at) : brief.format(at);
}
