import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/failure.ts';
import { isLong, seed, some } from './extent.ts';
import type { Fault } from './fault-rules.ts';
import { MadeUpSession } from './made-up-lines.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene, type ProxyScene } from './scene.ts';

const { proxy, ...server } = await makeProxyScene();
let number = 0;

afterEach(() => proxy.clear());

/** A run asks some thirty times. In the quick part every sixth one is disturbed, other ones with each seed. */
const step = isLong ? 1 : 6;

const faults: readonly (readonly [string, Fault])[] = [
  ['03 lost answer', { is: 'reset-after-commit' }],
  ['05 page of a gateway', { is: 'html', status: 502 }],
  ['05 page with status 200', { is: 'html', status: 200 }],
  ['05 nothing with status 204', { is: 'empty', status: 204 }],
  ['05 text of an exception with status 200', { is: 'exception-in-body', code: 202, committed: false }],
  ['03 request that does not arrive', { is: 'reset-before-body' }],
  ['07 server that has too much to do', { is: 'exception', code: 202 }],
];

/** Empty when a run ended as it should: completed, or not begun for a reason that a person understands. */
async function endOf(scene: ProxyScene): Promise<string> {
  try {
    const { status, failure } = await scene.migrate({ batchRows: 2 });
    return status === 'completed' ? '' : `${status}: ${failure?.message ?? ''}`;
  } catch (error) {
    return error instanceof AppError && error.code.startsWith('database-') ? '' : `thrown: ${String(error)}`;
  }
}

describe('a run that is disturbed at one of its requests, whatever it is', () => {
  it.each(some(3, faults))('%s: completes, or says in words why it could not start', async (_, fault) => {
    const scene = await siblingScene({ ...server, proxy }, `every_request_${++number}`);
    const session = new MadeUpSession(number);
    const grow = (): Promise<void> => appendFile(join(scene.sources, '-p', 'a.jsonl'), session.text(3));
    await grow();
    await scene.migrate();
    const wrong: string[] = [];
    for (let skip = seed % step; ; skip += step) {
      await grow();
      let disturbed = '';
      const onHit = ({ sql }: { sql: string }): void => void (disturbed = sql.slice(0, 100));
      const rule = proxy.inject({ when: {}, fault, skip, onHit });
      const end = await endOf(scene);
      if (end !== '') wrong.push(`${disturbed} -> ${end}`);
      proxy.clear();
      if (rule.hits === 0) break;
    }
    expect(wrong).toEqual([]);
    await scene.migrate();
    await expectExact(scene);
  });
});
