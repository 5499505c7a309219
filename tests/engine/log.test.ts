import { describe, expect, it } from 'vitest';
import { toAll, withFields } from '../../src/engine/log.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

describe('withFields', () => {
  it.each(levels)('adds the fields to every line of level %s', (level) => {
    const log = memoryLog();
    withFields(log, { runId: 'r1' })[level]('said', { attempt: 2 });
    expect(log.said).toEqual([{ level, message: 'said', fields: { runId: 'r1', attempt: 2 } }]);
  });

  it('can be nested', () => {
    const log = memoryLog();
    withFields(withFields(log, { runId: 'r1' }), { file: 'a.jsonl' }).info('said');
    expect(log.said[0]?.fields).toEqual({ runId: 'r1', file: 'a.jsonl' });
  });
});

describe('toAll', () => {
  it.each(levels)('says lines of level %s everywhere', (level) => {
    const [one, other] = [memoryLog(), memoryLog()];
    toAll(one, other)[level]('said', { n: 1 });
    expect(one.said).toEqual([{ level, message: 'said', fields: { n: 1 } }]);
    expect(other.said).toEqual(one.said);
  });
});
