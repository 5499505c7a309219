const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Loading the numbers of all languages takes 15 ms: a command that prints none does without. */
let count: Intl.NumberFormat | undefined;

export function formatCount(value: number): string {
  count ??= new Intl.NumberFormat('en-US');
  return count.format(value);
}

/** Decimal units, three digits: `812 bytes`, `3.27 kB`, `2.41 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${bytes === 1 ? 'byte' : (units[unit] ?? '')}`;
}

/** `1 file`, `1,204 files` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
