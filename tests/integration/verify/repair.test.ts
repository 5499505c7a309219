import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { repair } from '../../../src/engine/verify/repair.ts';
import { lineAt, makeScene, type Scene } from './scene.ts';
import {
  agentFile,
  goneFile,
  loneFile,
  mainFile,
  offsets,
  privacy,
  privateFile,
  rewrittenFile,
} from './small-history.ts';

const { signal } = new AbortController();

/** Verifies, repairs what is found, and answers the checks that had found something. */
async function mend(scene: Scene): Promise<string[]> {
  const { result, findings } = await scene.verify();
  expect(result).toBe('wanting');
  await repair(scene.engine, findings, { sources: [scene.sources] }, { signal });
  expect((await scene.verify()).findings).toEqual([]);
  return [...new Set(findings.map(({ check }) => check))];
}

/** For tests that do not ask how often a file was imported. Each leaves it in order, as its last verification shows. */
const shared = await makeScene();

interface Counted {
  readonly records: number;
  readonly rejects: number;
  readonly responses: number;
  readonly output: number;
}

async function count(scene: Scene): Promise<Counted | undefined> {
  const [row] = await scene.query<Counted>(`SELECT (SELECT count() FROM records) AS records,
    (SELECT count() FROM rejects) AS rejects, count() AS responses, sum(output_tokens) AS output FROM responses`);
  return row;
}

describe('a repair', () => {
  it('imports files again whose lines were lost, doubled or altered, and takes the damaged rows out', async () => {
    const scene = await makeScene();
    const before = await count(scene);
    await scene.remove('lines', lineAt('left'));
    await scene.update('lines', `raw = replaceOne(raw, 'Done', 'Dome')`, `file = '${loneFile}'`);
    await scene.copy('lines', `file = '${agentFile}' AND offset = 0`);
    await scene.update(
      'lines',
      `privacy = 'metadata', raw = '', text = ''`,
      `file = '${rewrittenFile}' AND generation = 1`,
    );
    const found = await mend(scene);
    expect(found).toEqual(
      expect.arrayContaining(['offsets', 'stored-bytes', 'lines-once', 'privacy-levels']),
    );
    expect(await count(scene)).toEqual(before);
    const kept = await scene.query(`SELECT DISTINCT file, generation FROM lines
      WHERE file IN ('${loneFile}', '${agentFile}', '${rewrittenFile}') ORDER BY file, generation`);
    expect(kept).toEqual([
      { file: agentFile, generation: 1 },
      { file: loneFile, generation: 1 },
      { file: rewrittenFile, generation: 0 },
      { file: rewrittenFile, generation: 2 },
    ]);
  });

  it('imports files again that were edited or cut off, and keeps what they held before', async () => {
    const scene = await makeScene();
    await truncate(scene.pathOf(mainFile), offsets.left);
    const text = await readFile(scene.pathOf(loneFile), 'utf8');
    await writeFile(scene.pathOf(loneFile), text.replace('Done.', 'Gone.'));
    await mend(scene);
    const generations = await scene.query(`SELECT file, generation, count() AS lines FROM lines
      WHERE file IN ('${mainFile}', '${loneFile}') GROUP BY file, generation ORDER BY file, generation`);
    expect(generations).toEqual([
      { file: mainFile, generation: 0, lines: 9 },
      { file: mainFile, generation: 1, lines: 5 },
      { file: loneFile, generation: 0, lines: 1 },
      { file: loneFile, generation: 1, lines: 1 },
    ]);
  });

  it('stores nothing of a file that was to be left out', async () => {
    const scene = await makeScene();
    await scene.update('lines', 'input_tokens = 1', `file = '${privateFile}'`);
    await scene.update('lines', 'input_tokens = 1', `file = '${loneFile}'`);
    await mend(scene);
    const stored = await scene.query(`SELECT file, generation, privacy, raw != '' AS has_bytes FROM lines
      WHERE file IN ('${privateFile}', '${loneFile}') ORDER BY file`);
    expect(stored).toEqual([
      { file: loneFile, generation: 1, privacy: 'full', has_bytes: 1 },
      { file: privateFile, generation: 1, privacy: 'metadata', has_bytes: 0 },
    ]);
  });

  it('brings accounts in order that were lost, stale or forged', async () => {
    const scene = shared;
    const before = await count(scene);
    await scene.remove('file_states', `file = '${loneFile}'`);
    await scene.account('imported_bytes - 100 AS imported_bytes');
    await scene.account('checksum + 1 AS checksum', `file = '${agentFile}'`);
    await scene.account(`now64(3, 'UTC') AS vanished_at`, `file = '${rewrittenFile}' AND generation = 1`);
    await mend(scene);
    expect(await count(scene)).toEqual(before);
  });

  it('makes responses, prices and views anew, and columns of files that are gone', async () => {
    const scene = shared;
    const before = await count(scene);
    await scene.remove('response_evidence', `response_key = 'msg_first'`);
    await scene.copy('response_evidence', `response_key = 'msg_left'`, `'msg_again' AS response_key`);
    await scene.update('price_lists', 'input = input * 2', '1');
    await scene.update('lines', 'output_tokens = 4000', `file = '${goneFile}' AND output_tokens = 50`);
    await scene.command('CREATE OR REPLACE VIEW rejects AS SELECT * FROM lines WHERE 0');
    const found = await mend(scene);
    expect(found).toEqual(
      expect.arrayContaining(['response-evidence', 'views', 'view-sums', 'prices', 'parsed-columns']),
    );
    expect(await count(scene)).toEqual(before);
  });
});

describe('a run that is told to import files anew', () => {
  it('makes a new generation of these and touches no other', async () => {
    const scene = shared;
    const before = await count(scene);
    const { status, receipt } = await scene.migrate({
      anew: [{ root: scene.sources, file: mainFile }],
      privacy,
    });
    expect(status).toBe('completed');
    expect(receipt).toMatchObject({ files: 1, imported: { records: 8, rejects: 1, blanks: 1 } });
    expect(await count(scene)).toEqual(before);
    const raised = await scene.query(
      `SELECT DISTINCT file FROM files WHERE run_id = (SELECT argMax(run_id, started_at) FROM runs)`,
    );
    expect(raised).toEqual([{ file: mainFile }]);
    expect((await scene.verify()).findings).toEqual([]);
  });

  it('does not count as one that has looked at all files', async () => {
    const scene = shared;
    await writeFile(scene.pathOf('-home-me-app/new.jsonl'), '{"type":"summary"}\n');
    await scene.migrate({ anew: [{ root: scene.sources, file: mainFile }], privacy });
    const { result, findings } = await scene.verify();
    expect({ result, severities: findings.map(({ severity }) => severity) }).toEqual({
      result: 'passed',
      severities: ['note'],
    });
  });
});
