import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { rebuildCheckpoints } from '../../../src/engine/checkpoints/maintain.ts';
import { repair } from '../../../src/engine/verify/repair.ts';
import type { VerificationReport } from '../../../src/shared/verification.ts';
import { makeWorkspace } from '../migrate/workspace.ts';
import { verifyAll } from './scene.ts';

const { signal } = new AbortController();
const workspace = await makeWorkspace();
const { command, query, engine } = workspace;
let number = 0;
let sources = '';
let file = '';

const line = (n: number, text = `text ${String(n).padStart(2, '0')}`): string =>
  `${JSON.stringify({ type: 'user', uuid: `u${n}`, sessionId: 's', message: { role: 'user', content: text } })}\n`;
const fifty = Array.from({ length: 50 }, (_, n) => line(n));
const blankAt = 20;
const whole = [...fifty.slice(0, blankAt), '  \n', ...fifty.slice(blankAt)].join('');
const offsetOf = (n: number): number => Buffer.byteLength(whole.slice(0, whole.indexOf(fifty[n] ?? '?')));

const migrate = () => workspace.migrate({ sources: [sources] });
const verify = (): Promise<VerificationReport> => verifyAll({ ...workspace, sources });
const mend = async (): Promise<VerificationReport> => {
  const { findings } = await verify();
  await repair(engine, findings, { sources: [sources] }, { signal });
  return verify();
};
const rebuild = async (): Promise<void> => {
  const database = await engine.openDatabase();
  await rebuildCheckpoints(database.client, engine.source);
  await database.close();
};

const lose = (where: string): Promise<void> =>
  command(`ALTER TABLE lines DELETE WHERE ${where} SETTINGS mutations_sync = 2`);

async function generations(table = 'lines'): Promise<string[]> {
  const counted = table === 'lines' ? 'count()' : 'any(records)';
  const rows = await query<{ generation: number; n: number }>(
    `SELECT generation, ${counted} AS n FROM ${table} ${table === 'lines' ? '' : 'FINAL'} GROUP BY generation ORDER BY generation`,
  );
  return rows.map(({ generation, n }) => `${generation}: ${n}`);
}

/** Whether the quick look at the start of a run finds lines and accounts in step. */
async function isInStep(): Promise<boolean> {
  const [row] = await query<{ same: number }>(
    `SELECT (SELECT (count(), sum(hash * (offset + 1))) FROM lines) =
      (SELECT (sum(records + rejects), sum(ordered_checksum)) FROM file_states FINAL) AS same`,
  );
  return row?.same === 1;
}

beforeEach(async () => {
  // The same database for all: each begins with one that has only its own file.
  for (const table of ['lines', 'gaps', 'file_states', 'runs_log', 'response_evidence'])
    await command(`TRUNCATE TABLE ${table}`);
  sources = join(workspace.sources, '..', `root-${++number}`);
  await mkdir(join(sources, 'p'), { recursive: true });
  file = join(sources, 'p', 'a.jsonl');
  await writeFile(file, whole);
  await migrate();
});

describe('an older generation that lost a line, of a file that was imported again since', () => {
  beforeEach(async () => {
    await lose(`offset = ${offsetOf(30)}`);
    await migrate();
    expect(await generations()).toEqual(['0: 49', '1: 50']);
  });

  it('is taken out by the repair that its finding names', async () => {
    const { result, findings } = await verify();
    expect(result).toBe('wanting');
    expect(findings.map(({ advice }) => advice).join(' ')).toContain('verify --repair');
    expect(findings.map(({ advice }) => advice).join(' ')).not.toContain('backup');
    expect((await mend()).findings).toEqual([]);
    expect(await generations()).toEqual(['1: 50']);
    expect(await generations('file_states')).toEqual(['1: 50']);
    expect(await isInStep()).toBe(true);
  });

  it('is taken out by rebuilding the checkpoints', async () => {
    await rebuild();
    await migrate();
    expect(await verify()).toMatchObject({ result: 'passed', findings: [] });
  });

  it('stays, and is told, when the newest one has other bytes', async () => {
    await writeFile(file, whole.replace(line(10), line(10, 'next 10')));
    await migrate();
    const before = await generations();
    const after = await mend();
    expect(after.result).toBe('wanting');
    expect(after.findings.map(({ advice }) => advice).join(' ')).toContain('backup');
    expect(await generations()).toEqual(before);
  });

  it('is taken out also when its account was made anew from the lines that are left', async () => {
    await command('TRUNCATE TABLE file_states');
    await migrate();
    expect(await generations('file_states')).toEqual(['0: 49', '1: 50']);
    expect((await mend()).findings).toEqual([]);
    expect(await generations()).toEqual(['1: 50']);
  });

  it('stays when the newest one keeps less of the bytes', async () => {
    await workspace.migrate({
      anew: [{ root: sources, file: 'p/a.jsonl' }],
      privacy: { default: 'metadata' },
    });
    await mend();
    expect(await query('SELECT DISTINCT generation, privacy FROM lines WHERE generation = 0')).toEqual([
      { generation: 0, privacy: 'full' },
    ]);
  });
});

describe('an older generation that lost lines of which the newest has other bytes at the same places', () => {
  it.each([
    ['one in between', `offset = ${offsetOf(30)}`, 30],
    ['its end', `offset >= ${offsetOf(30)}`, 10],
  ])('is told for ever: %s', async (_, where, changed) => {
    await lose(where);
    await writeFile(file, whole.replace(line(changed), line(changed).replace('text', 'next')));
    await migrate();
    const before = await generations();
    expect(before).toEqual([expect.stringMatching(/^0: [34]/), '1: 50']);
    await mend();
    await rebuild();
    expect((await verify()).findings.map(({ check }) => check)).toContain('offsets');
    expect(await generations()).toEqual(before);
  });
});

/** Makes a second generation of this text and loses the lines of the first. */
async function losing(text: string): Promise<void> {
  await writeFile(file, text);
  await workspace.migrate({ anew: [{ root: sources, file: 'p/a.jsonl' }] });
  await lose('generation = 0');
}

describe('an account that outlived the lines of its older generation', () => {
  it.each([
    ['the next run', migrate],
    ['a rebuilding', rebuild],
    ['a repair', mend],
  ])('is taken out by %s when the newest generation holds them', async (_, act) => {
    await losing(`${whole}${line(51)}`);
    expect(await isInStep()).toBe(false);
    await act();
    expect(await isInStep()).toBe(true);
    await migrate();
    expect(await verify()).toMatchObject({ result: 'passed', findings: [] });
    expect(await generations('file_states')).toEqual(['1: 51']);
  });

  it.each([
    ['a line of it is nowhere any more', whole.replace(line(30), line(30, 'next 30'))],
    ['its end is nowhere any more', fifty.slice(0, 40).join('')],
    ['a blank line of it is nowhere any more', fifty.join('')],
  ])('stays, and is told, when %s', async (_, text) => {
    await losing(text);
    await migrate();
    await rebuild();
    expect((await mend()).result).toBe('wanting');
    expect(await generations('file_states')).toContain('0: 50');
  });
});

describe('a repair that is killed while it takes a generation out', () => {
  it.each(['file_states', 'gaps', 'lines', 'file_states for good'])(
    'is gone on with after the change of %s',
    async (last) => {
      await lose(`offset = ${offsetOf(30)}`);
      await migrate();
      const { findings } = await verify();
      await expect(repair(dyingAfter(last), findings, { sources: [sources] }, { signal })).rejects.toThrow(
        'killed',
      );
      expect((await query<{ n: number }>('SELECT count() AS n FROM records'))[0]?.n).toBe(50);
      await migrate();
      expect(await isInStep()).toBe(true);
      await mend();
      expect(await verify()).toMatchObject({ result: 'passed', findings: [] });
      expect(await generations()).toEqual(['1: 50']);
    },
  );
});

/** An engine whose database is gone once it has changed this table in the taking out. */
function dyingAfter(last: string): typeof engine {
  return {
    ...engine,
    openDatabase: async () => {
      const database = await engine.openDatabase();
      const client = new Proxy(database.client, {
        get(target, name) {
          const own: unknown = Reflect.get(target, name);
          if (typeof own !== 'function') return own;
          return async (request: { query?: string; table?: string }) => {
            const answer: unknown = await Reflect.apply(own, target, [request]);
            const changed =
              name === 'command' && request.query?.includes('DELETE WHERE')
                ? (/ALTER TABLE (\w+)/.exec(request.query)?.[1] ?? '').replace(
                    'file_states',
                    'file_states for good',
                  )
                : name === 'insert' || name === 'exec'
                  ? (request.table ?? /INSERT INTO (\w+)/.exec(request.query ?? '')?.[1])
                  : undefined;
            if (changed === last) throw new Error('killed');
            return answer;
          };
        },
      });
      return { ...database, client, close: () => database.close() };
    },
  };
}
