import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { insertBatch } from '../../../src/engine/insert/insert-batch.ts';
import { insertRows, insertsOf } from '../../../src/engine/insert/insert-rows.ts';
import { fakeClient } from '../../fakes/fake-client.ts';
import { batchOf, partOf } from '../made-up-run.ts';

const rows = { rows: 3, bytes: new Uint8Array([1, 2, 3]) };
const options = { token: 'these', source: 'machine' };

describe('the name by which the server recognises a repetition', () => {
  it('is the same however often the same rows are sent, though every request has an id of its own', async () => {
    const { client, inserts } = fakeClient();
    for (let time = 0; time < 3; time++) await insertRows(client, 'lines', rows, options);
    expect(new Set(inserts.map(({ token }) => token)).size).toBe(1);
    expect(new Set(inserts.map(({ queryId }) => queryId)).size).toBe(3);
    expect(inserts.every(({ queryId }) => queryId.startsWith(insertsOf('machine')))).toBe(true);
    expect(inserts.every(({ bytes }) => bytes.equals(rows.bytes))).toBe(true);
  });

  it('is another one for other rows and for another table', async () => {
    const { client, inserts } = fakeClient();
    await insertRows(client, 'lines', rows, options);
    await insertRows(client, 'lines', rows, { ...options, token: 'others' });
    await insertRows(client, 'gaps', rows, options);
    expect(new Set(inserts.map(({ token }) => token)).size).toBe(3);
  });

  it('is the same when a batch is tried again', async () => {
    const { client, into } = fakeClient({ query: () => [{ n: '0' }] });
    const batch = { ...batchOf(partOf({ start: 0, end: 20 })), gaps: rows, evidence: rows };
    for (const attempt of [1, 2]) await insertBatch(client, batch, attempt, options);
    for (const table of ['gaps', 'response_evidence', 'lines']) {
      const [first, second] = into(table);
      expect(second?.token).toBe(first?.token);
    }
  });
});

/** An insert that the database says nothing about, and how it ends. */
function unanswered(signal?: AbortSignal) {
  const { client, inserts } = fakeClient({
    insert: (sent) =>
      new Promise((_resolve, reject) => {
        sent.signal?.addEventListener('abort', () => reject(sent.signal?.reason as Error));
      }),
  });
  const ends: unknown[] = [];
  const done = insertRows(client, 'lines', rows, { ...options, ...(signal && { signal }) }).then(
    () => ends.push('answered'),
    (error: unknown) => ends.push(error),
  );
  return { inserts, ends, done };
}

describe('an insert that is not answered', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is given up after minutes, not after seconds and not after hours', async () => {
    const { inserts, ends, done } = unanswered();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inserts).toHaveLength(1);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(ends).toEqual([expect.any(Error)]);
    await done;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is given up at once when the run is', async () => {
    const stop = new AbortController();
    const { ends, done } = unanswered(stop.signal);
    await vi.advanceTimersByTimeAsync(1000);
    expect(ends).toEqual([]);
    stop.abort();
    await done;
    expect(ends).toEqual([expect.any(Error)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind once it is answered', async () => {
    await insertRows(fakeClient().client, 'lines', rows, options);
    expect(vi.getTimerCount()).toBe(0);
  });
});
