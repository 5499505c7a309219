/** A DateTime64(3, 'UTC') value as every version of ClickHouse reads it: `2026-11-22 10:20:30.123`. */
export function clickhouseTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ');
}
