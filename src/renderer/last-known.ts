import { useSnapshot } from './announced.ts';
import { bytes, compact, plural, relative } from './format.ts';
import { useNow } from './now.ts';
import { database, lastKnown } from './stores.ts';

/** What the database held when it was last measured, in words; null when nothing is known from before. */
export function useLastKnownWords(): { readonly short: string; readonly long: string } | null {
  const known = useSnapshot(lastKnown, null);
  const nowMs = useNow();
  if (known === null) return null;
  const when = relative(Date.parse(known.at), nowMs);
  return {
    short: `${compact(known.lines)} ${known.lines === 1 ? 'line' : 'lines'} last known`,
    long: `Last known: ${plural(known.lines, 'line')} in ${plural(known.files, 'file')}, ${bytes(known.bytes)}, ${when}.`,
  };
}

/** How many lines the open database has, and had when it was last seen with more; null when it has as many. */
export function useMissingLines(): {
  readonly lines: number;
  readonly linesBefore: number;
  readonly beforeMs: number;
} | null {
  const base = useSnapshot(database, null);
  const before = useSnapshot(lastKnown, null);
  if (base?.status !== 'ready' || before === null || before.destination !== base.place) return null;
  if (base.lines >= before.lines) return null;
  return { lines: base.lines, linesBefore: before.lines, beforeMs: Date.parse(before.at) };
}
