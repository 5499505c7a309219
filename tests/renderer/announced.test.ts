import { emptyProgress } from '../../src/shared/empty-run.ts';
import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { announced, usePart } from '../../src/renderer/announced.ts';
import { RequestFailed } from '../../src/renderer/api.ts';
import type { RunState } from '../../src/shared/run.ts';
import { FakeApi } from './fake-api.ts';

const idle: RunState = { status: 'idle' };
const running: RunState = { status: 'running', runId: 'r', progress: emptyProgress };
const turn = () => new Promise((resolve) => setTimeout(resolve));
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An answer that comes when it is told to. */
function late() {
  const answers = new EventTarget();
  const promise = new Promise<RunState>((done) => {
    answers.addEventListener('idle', () => done(idle));
  });
  return { promise, resolve: () => answers.dispatchEvent(new Event('idle')) };
}

function open(request: () => Promise<RunState>) {
  const fake = new FakeApi();
  Object.assign(window, { api: fake.api });
  const store = announced('runChanged', request);
  stops.push(store.subscribe(() => {}));
  return { fake, store };
}

test('a window that opens late shows what it asked for', async () => {
  const { store } = open(() => Promise.resolve(running));
  expect(store.read()).toEqual({ status: 'asking' });
  await turn();
  expect(store.read()).toEqual({ status: 'known', value: running });
});

test('an answer that an announcement overtook is dropped', async () => {
  const { promise, resolve } = late();
  const { fake, store } = open(() => promise);
  fake.announce('runChanged', running);
  resolve();
  await turn();
  expect(store.read()).toEqual({ status: 'known', value: running });
});

test('the answer of a change is dropped as well when it is late', async () => {
  const { fake, store } = open(() => Promise.resolve(idle));
  await turn();
  const { promise, resolve } = late();
  const change = store.through(promise);
  fake.announce('runChanged', running);
  resolve();
  await expect(change).resolves.toEqual(idle);
  expect(store.read()).toEqual({ status: 'known', value: running });
});

test('a refused request is a failure, and an announcement mends it', async () => {
  const failure = { code: 'unexpected', message: 'no answer' } as const;
  const { fake, store } = open(() => Promise.reject(new RequestFailed(failure)));
  await turn();
  expect(store.read()).toEqual({ status: 'failed', failure });
  fake.announce('runChanged', idle);
  expect(store.read()).toEqual({ status: 'known', value: idle });
});

test('nothing is heard after the last listener left', async () => {
  const { fake, store } = open(() => Promise.resolve(idle));
  await turn();
  stops.pop()?.();
  expect(fake.listeners.runChanged.size).toBe(0);
  expect(store.read()).toEqual({ status: 'asking' });
});

test('what changes around a part draws nothing anew', async () => {
  const { fake, store } = open(() => Promise.resolve(running));
  await turn();
  const drawn: (string | null)[] = [];
  renderHook(() => drawn.push(usePart(store, ({ status }) => status)));
  for (const bytesDone of [1, 2, 3])
    act(() => fake.announce('runChanged', { ...running, progress: { ...emptyProgress, bytesDone } }));
  expect(drawn).toEqual(['running']);
  act(() => fake.announce('runChanged', { ...running, status: 'paused' }));
  expect(drawn).toEqual(['running', 'paused']);
});
