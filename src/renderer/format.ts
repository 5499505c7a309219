import { formatBytes } from '../shared/format.ts';

/** What is not known. Never 0. */
export const unknown = '–';

const locale = 'en-US';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, {
  notation: 'compact',
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const nbsp = '\u00a0';

/** `1204` -> `1,204` */
export function exact(count: number): string {
  return whole.format(count);
}

/** `19312345678` -> `19.3 B`. For overviews; the exact number belongs in the tooltip. */
export function compact(count: number): string {
  if (count < 10_000) return whole.format(count);
  return short
    .formatToParts(count)
    .map((part) => (part.type === 'compact' ? nbsp + part.value : part.value))
    .join('');
}

/** `plural(1, 'file')` -> `1 file`; `plural(1204, 'file')` -> `1,204 files` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${exact(count)}${nbsp}${count === 1 ? one : many}`;
}

/** `812 bytes`, `3.27 kB`, `2.41 GB`; never broken over two lines. */
export function bytes(count: number): string {
  return formatBytes(count).replace(' ', nbsp);
}

/** A measured span: `0.4 s`, `42 s`, `3 min 12 s`, `1 h 04 min`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)}${nbsp}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${nbsp}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${nbsp}min ${pad(seconds % 60)}${nbsp}s`;
  return `${Math.floor(minutes / 60)}${nbsp}h ${pad(minutes % 60)}${nbsp}min`;
}

/** A judged span, rounded to what is known: `a few seconds`, `about 20 s`, `about 3 min`. */
export function remaining(seconds: number | null): string {
  if (seconds === null) return unknown;
  if (seconds < 8) return 'a few seconds';
  if (seconds < 50) return `about ${Math.ceil(seconds / 10) * 10}${nbsp}s`;
  const minutes = seconds / 60;
  if (minutes < 9.5) return `about ${Math.max(1, Math.round(minutes))}${nbsp}min`;
  const fives = Math.round(minutes / 5) * 5;
  if (fives < 60) return `about ${fives}${nbsp}min`;
  const rest = fives % 60;
  return `about ${Math.floor(fives / 60)}${nbsp}h${rest === 0 ? '' : ` ${rest}${nbsp}min`}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

export const dayMs = 86_400_000;

/** `3 days ago`, `yesterday`, `5 minutes ago`. The absolute time belongs in the tooltip. */
export function relative(ms: number, nowMs: number): string {
  const seconds = Math.round((ms - nowMs) / 1000);
  const past = Math.abs(seconds);
  if (past < 60) return 'just now';
  if (past < 3600) return ago.format(Math.round(seconds / 60), 'minute');
  if (past < 86_400) return ago.format(Math.round(seconds / 3600), 'hour');
  if (past < 86_400 * 60) return ago.format(Math.round(seconds / 86_400), 'day');
  return ago.format(Math.round(seconds / (86_400 * 30.44)), 'month');
}

/** `23 Nov 2026, 03:59`, in the viewer's time zone. */
export function absolute(ms: number): string {
  return moment.format(ms);
}

/** `14:07`, and with the day when that is another one: `23 Nov, 14:07`. */
export function clock(ms: number, nowMs: number): string {
  return date(ms) === date(nowMs) ? time.format(ms) : dayAndTime.format(ms);
}

/** `23 November 2026` */
export function date(ms: number): string {
  return day.format(ms);
}

/** A whole per cent that says 100 only at the end. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)}${nbsp}%`;
}

/** Cuts a path in the middle, keeping the start and, at least, most of the end. */
export function middleCut(path: string, length: number): string {
  if (path.length <= length) return path;
  const tail = Math.ceil((length - 1) * 0.6);
  const head = length - 1 - tail;
  return `${path.slice(0, head)}…${path.slice(path.length - tail)}`;
}
