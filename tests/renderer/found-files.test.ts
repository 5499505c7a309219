import { afterEach, expect, test, vi } from 'vitest';
import { FoundFiles } from '../../src/renderer/found-files.ts';
import { FakeApi } from './fake-api.ts';
import { makeFiles } from './fake-files.ts';

const files = makeFiles(6, Date.UTC(2026, 10, 23));
const [a, b, c] = [files[0]!, files[1]!, files[2]!];

afterEach(() => vi.useRealTimers());

async function open(found = [] as typeof files) {
  vi.useFakeTimers();
  const fake = new FakeApi({ files });
  fake.found = found;
  Object.assign(window, { api: fake.api });
  const store = new FoundFiles();
  const stop = store.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(200);
  return { fake, store, stop };
}

test('a late window has what was found before and adds what comes', async () => {
  const { store, stop } = await open([a]);
  expect(store.read()).toEqual([a]);
  store.take({ scan: 1, files: [b] });
  await vi.advanceTimersByTimeAsync(200);
  expect(store.read()).toEqual([a, b]);
  stop();
});

test('a rescan replaces rows in place and drops the vanished ones at its end only', async () => {
  const { store, stop } = await open();
  store.take({ scan: 1, files: [a, b] });
  store.take({ scan: 2, files: [{ ...a, state: 'grown' }, c] });
  await vi.advanceTimersByTimeAsync(200);
  expect(store.read()).toEqual([{ ...a, state: 'grown' }, b, c]);
  store.settle();
  await vi.advanceTimersByTimeAsync(200);
  expect(store.read()).toEqual([{ ...a, state: 'grown' }, c]);
  stop();
});

test('what was found while nobody looked replaces what was known before', async () => {
  const { fake, store, stop } = await open([a, b]);
  stop();
  const imported = { ...a, state: 'unchanged' as const };
  fake.found = [imported];
  fake.summary = { ...fake.summary, status: 'done', files: 1 };
  const stopAgain = store.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(200);
  expect(store.read()).toEqual([imported]);
  stopAgain();
});

test('rows of an older scan are dropped', async () => {
  const { store, stop } = await open();
  store.take({ scan: 2, files: [a] });
  store.take({ scan: 1, files: [b] });
  await vi.advanceTimersByTimeAsync(200);
  expect(store.read()).toEqual([a]);
  stop();
});
