const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/** The database tells hours and days of the years 1970 to 2105, in milliseconds. */
const end = Date.UTC(2106, 0);

/**
 * Milliseconds since 1970 of a timestamp in ISO 8601, else null. Without a time zone it is UTC. Digits behind the
 * milliseconds are cut off.
 */
export function readMoment(value: unknown): number | null {
  const match = typeof value === 'string' ? iso.exec(value) : null;
  if (!match) return null;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  if (year < 1969 || !isWithin(month, 1, 12) || !isWithin(day, 1, 31)) return null;
  const thousandths = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const timeOfDay = ((part(4) * 60 + part(5)) * 60 + part(6)) * 1000 + thousandths;
  // 24:00 is the end of a day.
  if (part(5) > 59 || part(6) > 59 || timeOfDay > 86_400_000) return null;
  if (part(9) > 23 || part(10) > 59) return null;
  const zone = (match[8] === '-' ? -1 : 1) * (part(9) * 60 + part(10)) * 60_000;
  const moment = Date.UTC(year, month - 1, day) + timeOfDay - zone;
  return moment >= 0 && moment < end ? moment : null;
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

/** UTC day of a moment, `2026-11-24`. */
export function utcDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
