import type { DiscoverySummary } from '../shared/discovery.ts';
import { plural } from './format.ts';

type Found = Pick<DiscoverySummary, 'files' | 'byState' | 'roots'>;

/** Why a complete scan left nothing to read, in words that claim no more than was seen. */
export function nothingPending({ files, byState, roots }: Found): string {
  const unread = [
    byState.unreadable > 0 ? plural(byState.unreadable, 'file') : '',
    ...roots.filter(({ state }) => state === 'unreadable').map(({ path }) => path),
  ].filter((words) => words !== '');
  if (unread.length > 0)
    return `what can be read is in the database, but ${unread.join(' and ')} can't be read`;
  return files === 0 ? 'no transcript was found' : 'every file found is in the database';
}
