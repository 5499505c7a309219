import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listVerifications } from '../../../src/engine/verify/record.ts';
import { describeVerdict } from '../../../src/shared/verification-words.ts';
import type { VerificationReport } from '../../../src/shared/verification.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import { verifyAll } from './scene.ts';
import { writeSmallHistory } from './small-history.ts';

afterEach(() => vi.unstubAllEnvs());

/** Default folders: those of a configuration in a place of the test. */
function setDefault(config: string): void {
  vi.stubEnv('HOME', join(config, 'home'));
  vi.stubEnv('XDG_CONFIG_HOME', join(config, 'home'));
  vi.stubEnv('CLAUDE_CONFIG_DIR', config.endsWith('none') ? '' : config);
}

async function verifiedRuns({ query }: Workspace): Promise<boolean[]> {
  const rows = await query<{ verified: boolean }>('SELECT verified FROM runs ORDER BY started_at');
  return rows.map(({ verified }) => verified);
}

async function storedReport({ engine }: Workspace): Promise<VerificationReport> {
  const database = await engine.openDatabase();
  const [report] = await listVerifications(database.client, engine.source, 1);
  await database.close();
  return report!;
}

/** A second root beside the first, with a file of its own. */
async function secondRoot({ sources }: Workspace): Promise<string> {
  const root = join(sources, '..', '..', 'second', 'projects');
  await mkdir(join(root, '-b'), { recursive: true });
  await writeFile(join(root, '-b', 'b.jsonl'), '{"type":"summary","summary":"b"}\n');
  return root;
}

describe('without folders that are named', () => {
  it('those of the database are compared, whether or not there are default ones', async () => {
    const workspace = await makeWorkspace();
    const second = await secondRoot(workspace);
    await writeSmallHistory(workspace.sources);
    await workspace.migrate({ sources: [workspace.sources, second] });
    setDefault(join(workspace.sources, '..', 'none'));
    const report = await verifyAll(workspace, { sources: [] });
    expect(report).toMatchObject({ result: 'passed', elsewhere: { files: 0, lines: 0 } });
    expect(report.environment.roots.toSorted()).toEqual([workspace.sources, second].toSorted());
    expect(await verifiedRuns(workspace)).toEqual([true]);
    await writeFile(join(second, '-b', 'b.jsonl'), '{"type":"summary","summary":"c"}\n');
    expect((await verifyAll(workspace, { sources: [] })).result).toBe('wanting');
  });

  it('folders that are gone are no proof, and no run is verified by them', async () => {
    const workspace = await makeWorkspace();
    await writeSmallHistory(workspace.sources);
    await workspace.migrate();
    setDefault(join(workspace.sources, '..', 'none'));
    await rename(workspace.sources, `${workspace.sources}-away`);
    const report = await verifyAll(workspace, { sources: [] });
    const [held] = await workspace.query<{ lines: number; files: number }>(
      'SELECT (SELECT count() FROM lines) AS lines, count() AS files FROM files',
    );
    expect(report.elsewhere).toEqual({ roots: [workspace.sources], ...held });
    expect(report.result).toBe('wanting');
    expect(report.findings.map(({ check, severity }) => [check, severity])).toEqual([
      ['anything-compared', 'error'],
    ]);
    const { title, sentences } = describeVerdict(await storedReport(workspace));
    expect(title).toBe('Nothing to compare');
    expect(sentences[0]).toContain(`${held!.lines} lines of ${held!.files} files below ${workspace.sources}`);
    expect(await verifiedRuns(workspace)).toEqual([false]);
  });

  it('neither is a folder without transcripts, nor one that was never imported', async () => {
    const workspace = await makeWorkspace();
    await writeSmallHistory(workspace.sources);
    await workspace.migrate();
    const empty = join(workspace.sources, '..', 'empty');
    await mkdir(empty);
    const fresh = await secondRoot(workspace);
    for (const source of [empty, fresh]) {
      const report = await verifyAll(workspace, { sources: [source] });
      expect(report.result).toBe('wanting');
      expect(describeVerdict(report).title).toBe('Nothing to compare');
    }
    expect(await verifiedRuns(workspace)).toEqual([false]);
  });

  it('an empty database with an empty folder is nothing wrong', async () => {
    const workspace = await makeWorkspace();
    await mkdir(workspace.sources, { recursive: true });
    const report = await verifyAll(workspace);
    expect(report).toMatchObject({ result: 'passed', elsewhere: { files: 0, lines: 0 } });
    expect(describeVerdict(report).title).toBe('Nothing to compare');
  });
});

describe('a run is verified', () => {
  it('by a verification of its folders, not by one of others', async () => {
    const workspace = await makeWorkspace();
    const second = await secondRoot(workspace);
    await writeSmallHistory(workspace.sources);
    await workspace.migrate();
    await workspace.migrate({ sources: [second] });
    const report = await verifyAll(workspace, { sources: [second] });
    expect(report.result).toBe('passed');
    expect(describeVerdict(report).sentences.join(' ')).toContain('The database also holds');
    expect(await verifiedRuns(workspace)).toEqual([false, true]);
    await verifyAll(workspace, { sources: [workspace.sources] });
    expect(await verifiedRuns(workspace)).toEqual([true, true]);
  });

  it('by all folders that there are, whichever it was given', async () => {
    const workspace = await makeWorkspace();
    const { sources } = workspace;
    const second = await secondRoot(workspace);
    await writeSmallHistory(sources);
    setDefault(join(sources, '..'));
    await workspace.migrate({ sources: [] });
    await workspace.migrate({ sources: [second] });
    setDefault(join(second, '..'));
    expect((await verifyAll(workspace, { sources: [] })).result).toBe('passed');
    // The first run was of default folders, too, but of other ones: they are compared as well.
    expect(await verifiedRuns(workspace)).toEqual([true, true]);
  });

  it('when its files have moved below the folders that were looked at', async () => {
    const workspace = await makeWorkspace();
    const second = await secondRoot(workspace);
    await writeSmallHistory(workspace.sources);
    await workspace.migrate({ sources: [second, workspace.sources] });
    await rename(join(second, '-b', 'b.jsonl'), join(workspace.sources, 'b.jsonl'));
    await workspace.migrate({ sources: [second, workspace.sources] });
    const report = await verifyAll(workspace, { sources: [second, workspace.sources] });
    expect(report.elsewhere?.files).toBe(0);
    expect(await verifiedRuns(workspace)).toEqual([true, true]);
  });
});

describe('what can not be read', () => {
  it('a folder that is named and missing is told in words of neither window nor command line', async () => {
    const workspace = await makeWorkspace();
    const missing = join(workspace.sources, 'missing');
    const verifying = verifyAll(workspace, { sources: [missing] });
    await expect(verifying).rejects.toMatchObject({ code: 'source-missing', path: missing });
    await expect(verifying).rejects.toThrow(/does not exist.*Nothing was compared/);
    await expect(verifying).rejects.not.toThrow(/--/);
  });

  it('a file whose name is no UTF-8 is to be renamed, a link to nothing is counted', async () => {
    const workspace = await makeWorkspace();
    const { sources } = workspace;
    await writeSmallHistory(sources);
    await workspace.migrate();
    await writeFile(
      Buffer.concat([Buffer.from(`${sources}/bad-`), Buffer.from([0xff]), Buffer.from('.jsonl')]),
      '{}\n',
    );
    await symlink(join(sources, 'nowhere'), join(sources, 'broken'));
    const report = await verifyAll(workspace);
    const finding = report.findings.find(({ check }) => check === 'files-readable');
    expect(finding?.message).toMatch(/^The file can't be read: its name is not valid UTF-8/);
    expect(finding?.message.match(/can't be read/g)).toHaveLength(1);
    expect(finding?.advice).toMatch(/^Rename it, then verify again/);
    expect(report.files.unreadable).toBe(1);
    const words = describeVerdict(await storedReport(workspace));
    expect(words).toEqual(describeVerdict(report));
    expect(words.sentences.join(' ')).toContain('1 file could not be read and so not compared.');
    expect(words.sentences.join(' ')).toContain('1 folder or link could not be looked into');
  });
});
