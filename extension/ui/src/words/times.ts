// Times as people say them. The protocol counts microseconds; these functions get them and the present in those.
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const nowMicroseconds = (): number => Date.now() * 1000;

const dateOf = (at: number): Date => new Date(at / 1000);

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const fullDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** "now", "5 min ago", "3 h ago", "14 Mar", "14 Mar 2023". */
export function relative(at: number, now: number): string {
  const past = now - at;
  if (past < MINUTE) return "now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const isThisYear = dateOf(at).getFullYear() === dateOf(now).getFullYear();
  return isThisYear ? dayAndMonth.format(dateOf(at)) : fullDate.format(dateOf(at));
}

export const timeOfDay = (at: number): string => clock.format(dateOf(at));

export const exactTime = (at: number): string => exact.format(dateOf(at));

/** "24 Nov 2026". */
export const exactDay = (at: number): string => fullDate.format(dateOf(at));

export const machineTime = (at: number): string => dateOf(at).toISOString();

/** The local day, as a key that two times of the same day share. */
export function dayOf(at: number): string {
  const date = dateOf(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "Today", "Yesterday", "Tuesday, 14 March", "14 Mar 2023". */
export function dayName(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return "Today";
  if (dayOf(at) === dayOf(now - DAY)) return "Yesterday";
  const isThisYear = dateOf(at).getFullYear() === dateOf(now).getFullYear();
  return isThisYear ? weekday.format(dateOf(at)) : fullDate.format(dateOf(at));
}

/** "8 s", "3 min 20 s", "2 h 5 min". */
export function duration(microseconds: number): string {
  const seconds = Math.max(0, Math.floor(microseconds / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
