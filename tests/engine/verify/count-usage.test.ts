import { describe, expect, it } from 'vitest';
import type { CountedTotals } from '../../../src/engine/verify/disk/count-usage.ts';
import { count } from './on-disk.ts';

type Json = Readonly<Record<string, unknown>>;

const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 7,
};

function assistant(own: Json = {}, message: Json = {}): Json {
  return {
    type: 'assistant',
    uuid: 'u1',
    sessionId: 's1',
    requestId: 'r1',
    timestamp: '2026-11-10T10:00:00.000Z',
    message: { id: 'msg_1', model: 'claude-opus-5', usage, ...message },
    ...own,
  };
}

function progress(message: Json, timestamp = '2026-11-01T00:00:00.000Z'): Json {
  return {
    type: 'progress',
    sessionId: 's1',
    timestamp: '2026-11-20T00:00:00.000Z',
    data: {
      message: { type: 'assistant', timestamp, message: { id: 'msg_1', model: 'claude-opus-5', ...message } },
    },
  };
}

const file = (...records: readonly Json[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

function totals(files: Readonly<Record<string, string>>): CountedTotals[] {
  return count(files).byDay();
}

/** Totals of one file as `day model responses input output read 5m 1h searches`. */
function told(...records: readonly Json[]): string[] {
  return totals({ 'p/a.jsonl': file(...records) }).map(({ day, model, sums }) =>
    [day, model, ...Object.values(sums)].join(' '),
  );
}

describe('a response', () => {
  it('has the tokens of its line', () => {
    expect(told(assistant())).toEqual(['2026-11-10 claude-opus-5 1 10 5 100 7 0 0']);
  });

  it('changes its total with every single token', () => {
    for (const [name, value] of Object.entries(usage)) {
      const altered = assistant({}, { usage: { ...usage, [name]: value + 1 } });
      expect(told(altered)).not.toEqual(told(assistant()));
    }
  });

  it.each([
    ['the pair', { cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 } }, '3 4'],
    ['only an hour', { cache_creation: { ephemeral_1h_input_tokens: 4 } }, '0 4'],
    [
      'a pair of zeros',
      { cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 } },
      '7 0',
    ],
    ['null', { cache_creation: null }, '7 0'],
    [
      'a pair that adds up to nothing',
      { cache_creation: { ephemeral_5m_input_tokens: -4, ephemeral_1h_input_tokens: 4 } },
      '7 0',
    ],
  ])('writes its cache by %s', (_, pair, expected) => {
    expect(told(assistant({}, { usage: { ...usage, ...pair } }))).toEqual([
      `2026-11-10 claude-opus-5 1 10 5 100 ${expected} 0`,
    ]);
  });

  it('counts what is no count as none', () => {
    const strange = { input_tokens: '10', output_tokens: -1e300, cache_read_input_tokens: 1e300 };
    expect(told(assistant({}, { usage: strange }))).toEqual(['2026-11-10 claude-opus-5 1 0 0 0 0 0 0']);
  });

  it('counts what is below zero as it stands', () => {
    const below = { input_tokens: -3, output_tokens: -0.5, cache_read_input_tokens: -24_672.9 };
    expect(told(assistant({}, { usage: below }))).toEqual(['2026-11-10 claude-opus-5 1 -3 0 -24672 0 0 0']);
  });

  it('counts its searches', () => {
    const searched = { ...usage, server_tool_use: { web_search_requests: 2 } };
    expect(told(assistant({}, { usage: searched }))).toEqual(['2026-11-10 claude-opus-5 1 10 5 100 7 0 2']);
  });

  it('is none when it is synthetic, of a user, without usage, or only the result of a tool', () => {
    expect(
      told(
        assistant({}, { model: '<synthetic>' }),
        assistant({ type: 'user' }),
        assistant({}, { usage: null }),
        { type: 'user', toolUseResult: { usage } },
      ),
    ).toEqual([]);
  });

  it('is found when its key is written with escapes', () => {
    const line = file(assistant()).replace('"usage"', String.raw`"\u0075sage"`);
    expect(totals({ a: line })).toEqual(totals({ a: file(assistant()) }));
  });

  it('has its name read as UTF-8, escaped or not', () => {
    const line = file(assistant({}, { model: 'modèle' }));
    expect(totals({ a: line })[0]?.model).toBe('modèle');
    expect(totals({ a: line.replace('è', String.raw`\u00e8`) })[0]?.model).toBe('modèle');
    expect(count({ a: line, b: line.replace('è', String.raw`\u00e8`) }).byModel()).toHaveLength(1);
  });
});

describe('lines of one response', () => {
  const larger = assistant(
    { timestamp: '2026-11-12T00:00:00.000Z' },
    { usage: { ...usage, output_tokens: 9 } },
  );
  const once = ['2026-11-10 claude-opus-5 1 10 9 100 7 0 0'];

  it('give the largest output and the earliest day, in any order', () => {
    expect(told(assistant(), larger)).toEqual(once);
    expect(told(larger, assistant())).toEqual(once);
  });

  it('do so over files', () => {
    const split = totals({ 'p/b.jsonl': file(larger), 'p/a.jsonl': file(assistant()) });
    expect(split).toEqual(totals({ 'p/a.jsonl': file(assistant(), larger) }));
  });

  it('give the larger total when outputs are equal, then the larger input', () => {
    const rich = assistant({}, { usage: { ...usage, cache_read_input_tokens: 300 } });
    expect(told(assistant(), rich)).toEqual(told(rich));
    const shifted = assistant({}, { usage: { ...usage, input_tokens: 11, cache_read_input_tokens: 99 } });
    expect(told(assistant(), shifted)).toEqual(told(shifted));
    expect(told(shifted, assistant())).toEqual(told(shifted));
  });

  it('give the larger model name when all numbers are equal, whatever the order', () => {
    const nameless = assistant({}, { model: undefined });
    expect(told(assistant(), nameless)).toEqual(told(assistant()));
    expect(told(nameless, assistant())).toEqual(told(assistant()));
  });

  it.each([
    ['the earliest timestamp', { timestamp: '2026-11-09T00:00:00Z', isSidechain: true }, 'p/z.jsonl'],
    ['the main line of equally early ones', { isSidechain: false }, 'p/z.jsonl'],
    ['the smallest file name of two sidechain lines', { isSidechain: true }, 'p/a.jsonl'],
  ])('belong to the session of %s', (_, own, name) => {
    const first = file(assistant({ ...own, sessionId: 'first' }));
    const other = file(assistant({ isSidechain: true, sessionId: 'other' }));
    for (const files of [
      { [name]: first, 'p/m.jsonl': other },
      { 'p/m.jsonl': other, [name]: first },
    ]) {
      expect([...count(files).each()]).toMatchObject([{ session: 'first', file: name }]);
    }
  });

  it('may have another request id', () => {
    expect(told(assistant(), assistant({ requestId: 'r2' }))).toHaveLength(1);
    expect(told(assistant(), assistant({ requestId: 'r2' }))[0]).toContain(' 1 10 5 ');
  });

  it('have no day when none has a timestamp, else that of the one that has', () => {
    expect(told(assistant({ timestamp: undefined }))[0]).toMatch(/^ claude/);
    expect(told(assistant({ timestamp: undefined }), assistant())[0]).toMatch(/^2026-11-10/);
    expect(told(assistant({ timestamp: '2026-11-10T01:00:00+02:00' }))[0]).toMatch(/^2026-11-09/);
  });
});

function responses(...records: readonly Json[]): number {
  return count({ a: file(...records) }).responses;
}

function gateway(session: string, request?: string): Json {
  return assistant({ sessionId: session, requestId: request }, { id: 'gen-1' });
}

describe('the identity of a response', () => {
  it('is an id of Anthropic in any session', () => {
    expect(
      responses(assistant({ requestId: undefined }), assistant({ sessionId: 's2', requestId: undefined })),
    ).toBe(1);
  });

  it("is a gateway's id within its session, or beside a request id everywhere", () => {
    expect(responses(gateway('s1'), gateway('s1'), gateway('s2'))).toBe(2);
    expect(responses(gateway('s1', 'r'), gateway('s2', 'q'))).toBe(1);
  });

  it('is the uuid without an id, and the place without either', () => {
    const none = { id: undefined };
    expect(
      responses(assistant({}, none), assistant({ sessionId: 's2' }, none), assistant({ uuid: 'u2' }, none)),
    ).toBe(2);
    expect(responses(assistant({ uuid: undefined }, none), assistant({ uuid: undefined }, none))).toBe(2);
  });
});

function repeated(session: string): Json {
  const message = { id: 'gen-1', model: 'm', usage };
  return {
    type: 'progress',
    sessionId: session,
    data: { message: { type: 'assistant', requestId: 'r', message } },
  };
}

describe('a progress line', () => {
  it('counts when no other line of its response exists', () => {
    expect(told(progress({ usage }))).toEqual(['2026-11-01 claude-opus-5 1 10 5 100 7 0 0']);
  });

  it('may have the request id of the message that it repeats', () => {
    expect(responses(repeated('s1'), repeated('s2'))).toBe(1);
  });

  it('is not added to the response that it repeats, nor does it give the day', () => {
    expect(told(progress({ usage }), assistant())).toEqual(told(assistant()));
    expect(told(assistant(), progress({ usage }))).toEqual(told(assistant()));
  });
});

function attempts(...iterations: readonly unknown[]): Json {
  return assistant({}, { usage: { ...usage, iterations } });
}

describe('an attempt of another model', () => {
  it('is a response of its own', () => {
    const other = { model: 'claude-fable-5', input_tokens: 1, output_tokens: 2 };
    expect(told(attempts(other, { ...usage, model: 'claude-opus-5' }, usage, null))).toEqual([
      '2026-11-10 claude-fable-5 1 1 2 0 0 0 0',
      '2026-11-10 claude-opus-5 1 10 5 100 7 0 0',
    ]);
  });

  it('is told by its index', () => {
    const other = { model: 'claude-fable-5', output_tokens: 2 };
    expect(count({ a: file(attempts(other, other)), b: file(attempts(other, other)) }).responses).toBe(3);
  });
});
