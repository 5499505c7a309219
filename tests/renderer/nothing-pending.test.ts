import { expect, test } from 'vitest';
import { nothingPending } from '../../src/renderer/nothing-pending.ts';

const byState = { new: 0, grown: 0, unchanged: 3, rewritten: 0, vanished: 0, unreadable: 0, corrupt: 0 };

test('nothing to read is said with the reason, and without what was not seen', () => {
  expect(nothingPending({ files: 3, byState, roots: [] })).toBe('every file found is in the database');
  expect(nothingPending({ files: 0, byState, roots: [] })).toBe('no transcript was found');
  expect(nothingPending({ files: 5, byState: { ...byState, unreadable: 2 }, roots: [] })).toBe(
    "what can be read is in the database, but 2\u00a0files can't be read",
  );
  const roots = [{ path: '/r', origin: 'added', state: 'unreadable' }] as const;
  expect(nothingPending({ files: 0, byState, roots })).toBe(
    "what can be read is in the database, but /r can't be read",
  );
});
