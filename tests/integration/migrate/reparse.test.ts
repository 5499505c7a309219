import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/engine/clickhouse/connect.ts';
import { generateHistory } from '../../../src/engine/demo/generate-history.ts';
import { bringOver } from '../../../src/engine/reparse/bring-over.ts';
import { countOutdatedLines, reparse } from '../../../src/engine/reparse/reparse.ts';
import { engineFiles, makeWorkspace } from './workspace.ts';

const workspace = await makeWorkspace();
const { sources, query, command } = workspace;
const output = join(sources, '..');
const known = await generateHistory({ output, lines: 3000, seed: 11, endMs: Date.UTC(2026, 10, 20) });
await workspace.migrate();

const everything =
  'SELECT * EXCEPT (run_id, imported_at, parser_version) FROM lines ORDER BY root, file, generation, offset';
const responses = 'SELECT * FROM responses ORDER BY response_key';
const before = { lines: await query(everything), responses: await query(responses) };
const files = await query('SELECT file, lines, records, rejects FROM files ORDER BY file');

async function reparseAll() {
  const database = await connect({ kind: 'embedded' }, { dataDir: workspace.dataDir, files: engineFiles });
  try {
    return {
      outdated: await countOutdatedLines(database.client),
      report: await reparse(database.client, { signal: new AbortController().signal }),
    };
  } finally {
    await database.close();
  }
}

describe('parsing the stored lines again', () => {
  it('mends what an older parser read wrongly, without the source files', async () => {
    await rm(output, { recursive: true });
    await command(`ALTER TABLE lines UPDATE output_tokens = 0, model = 'wrong', text = '', parser_version = 0
      WHERE 1 SETTINGS mutations_sync = 1`);
    await command(
      `ALTER TABLE lines UPDATE kind = 'reject', reject_reason = 'not-json' WHERE type = 'summary' SETTINGS mutations_sync = 1`,
    );
    await command('TRUNCATE TABLE response_evidence');
    const { outdated, report } = await reparseAll();
    expect(outdated).toBe(known.records + known.rejects);
    expect(report.lines).toBe(known.records + known.rejects);
    expect(report.accepted).toBeGreaterThan(0);
    expect(await query(everything)).toEqual(before.lines);
    expect(await query(responses)).toEqual(before.responses);
    expect(await query('SELECT file, lines, records, rejects FROM files ORDER BY file')).toEqual(files);
  });

  it('can be repeated, also after it was broken off', async () => {
    await command('CREATE TABLE lines_reparsed AS lines');
    await reparseAll();
    expect(await query(everything)).toEqual(before.lines);
    expect(await query("SELECT name FROM system.tables WHERE name LIKE '%_reparsed'")).toEqual([]);
  });

  it('brings over what another machine inserted while the tables changed places', async () => {
    await command('CREATE TABLE lines_old AS lines');
    await command('CREATE TABLE response_evidence_old AS response_evidence');
    await command('INSERT INTO lines_old SELECT * FROM lines');
    await command('INSERT INTO response_evidence_old SELECT * FROM response_evidence');
    await command(`DELETE FROM lines WHERE file IN (SELECT max(file) FROM lines_old)`);
    await command(`DELETE FROM lines WHERE offset > 0 AND file IN (SELECT min(file) FROM lines_old)`);
    await command('TRUNCATE TABLE response_evidence');
    await command(`INSERT INTO response_evidence SELECT * FROM response_evidence_old WHERE response_key IN (
      SELECT response_key FROM lines)`);
    expect((await query(everything)).length).toBeLessThan(before.lines.length);
    const database = await connect({ kind: 'embedded' }, { dataDir: workspace.dataDir, files: engineFiles });
    for (let time = 0; time < 2; time++) await bringOver(database.client, '_old');
    await database.close();
    expect(await query(everything)).toEqual(before.lines);
    expect(await query(responses)).toEqual(before.responses);
    for (const table of ['lines_old', 'response_evidence_old']) await command(`DROP TABLE ${table} SYNC`);
  });

  it('keeps what privacy left without bytes', async () => {
    await command(
      `ALTER TABLE lines UPDATE raw = '', privacy = 'metadata' WHERE cityHash64(file) % 2 = 0 SETTINGS mutations_sync = 1`,
    );
    const { report } = await reparseAll();
    expect(report.kept).toBeGreaterThan(0);
    expect(report.kept + report.lines).toBe(known.records + known.rejects);
    expect(await query(responses)).toEqual(before.responses);
  });
});
