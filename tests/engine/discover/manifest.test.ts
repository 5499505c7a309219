import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureFile } from '../../../src/engine/discover/find-files.ts';
import {
  filesOfManifest,
  makeManifest,
  readManifest,
  writeManifest,
} from '../../../src/engine/discover/manifest.ts';
import type { Manifest } from '../../../src/engine/discover/manifest-schema.ts';
import type { DiscoveredFile } from '../../../src/shared/discovery.ts';
import { collect } from '../../fixtures/collect.ts';
import { discoveredFile } from '../../fixtures/discovered-file.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';

const root = '/home/me/.claude/projects';

function manifestOf(files: readonly DiscoveredFile[], folder = root): Manifest {
  return makeManifest({
    roots: [{ path: folder, origin: 'default', state: 'present' }],
    filters: { order: 'largest', pattern: '*', minBytes: 1, maxBytes: 9e9, maxAgeDays: 0.5, maxFiles: 7 },
    files,
    createdAt: new Date(Date.UTC(2026, 1, 3)),
  });
}

/** Writes a document, reads it as a manifest, and answers the failure. */
async function failureOf(document: unknown): Promise<{ code: string; message: string; path: string }> {
  const file = path.join(await tempFolder(), 'manifest.json');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  const failure: unknown = await readManifest(file).then(
    () => 'no failure',
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'manifest-invalid', path: file });
  return failure as { code: string; message: string; path: string };
}

describe('manifest', () => {
  it('comes back as it was written', async () => {
    const file = path.join(await tempFolder(), 'manifest.json');
    const manifest = manifestOf([
      discoveredFile(),
      discoveredFile({ file: 'p/s/subagents/ä .jsonl', identity: null, state: 'unreadable', reason: 'gone' }),
    ]);
    await writeManifest(file, manifest);
    expect(await readManifest(file)).toEqual(manifest);
    await writeFile(file, `\ufeff${JSON.stringify(manifest)}`);
    expect(await readManifest(file)).toEqual(manifest);
  });

  it('speaks in snake case', () => {
    const manifest = manifestOf([discoveredFile()]);
    expect(manifest).toMatchObject({
      version: 1,
      created_at: '2026-02-03T00:00:00.000Z',
      roots: [{ path: root, origin: 'default', state: 'present' }],
      filters: {
        order: 'largest',
        pattern: '*',
        min_bytes: 1,
        max_bytes: 9e9,
        max_age_days: 0.5,
        max_files: 7,
      },
      totals: { files: 1, size_bytes: 1000, lines: 10, responses: 3, tokens: 5000 },
    });
    expect(manifest.files).toEqual([
      {
        root,
        file: 'p/a.jsonl',
        size_bytes: 1000,
        modified_ms: 1_780_000_000_000.25,
        identity: { device: '65024', inode: '18446744073709551615', fingerprint: '0123456789abcdef' },
        project: '/home/me/p',
        session_id: 'a',
        kind: 'session',
        state: 'new',
        reason: '',
        estimate: { lines: 10, responses: 3, tokens: 5000, is_exact: true },
      },
    ]);
  });

  it('replaces an older one whole and leaves nothing else behind', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 'manifest.json');
    await writeManifest(file, manifestOf([discoveredFile()]));
    await writeManifest(file, manifestOf([]));
    expect(await readdir(folder)).toEqual(['manifest.json']);
    expect((await readManifest(file)).files).toEqual([]);
  });

  it('says where it could not be written, and leaves nothing behind', async () => {
    const folder = await tempFolder();
    const inside = path.join(folder, 'none', 'manifest.json');
    await expect(writeManifest(inside, manifestOf([]))).rejects.toMatchObject({
      code: 'invalid-input',
      path: inside,
    });
    const taken = path.join(folder, 'taken');
    await mkdir(path.join(taken, 'x'), { recursive: true });
    await expect(writeManifest(taken, manifestOf([]))).rejects.toMatchObject({
      code: 'invalid-input',
      path: taken,
    });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('names a file that is not there', async () => {
    const file = path.join(await tempFolder(), 'none.json');
    await expect(readManifest(file)).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining(`${file} can't be used: it can't be read: it does not exist`),
    });
  });

  it('refuses what is not JSON, also half a manifest', async () => {
    expect((await failureOf('')).message).toContain('it is not JSON');
    const text = JSON.stringify(manifestOf([discoveredFile()]));
    expect((await failureOf(text.slice(0, -20))).message).toContain('it is not JSON');
  });

  it('tells a newer version from a broken one', async () => {
    const { message } = await failureOf({ ...manifestOf([]), version: 2 });
    expect(message).toContain('version 2');
    expect(message).toContain('Update Tokenhouse');
  });

  it.each<readonly [place: string, change: (manifest: Record<string, unknown>) => unknown]>([
    ['the document', () => []],
    ['the document', () => null],
    ['the document', () => 7],
    ['version', (all) => ({ ...all, version: '1' })],
    ['version', (all) => ({ ...all, version: 0 })],
    ['created_at', (all) => ({ ...all, created_at: 'yesterday' })],
    ['source', (all) => ({ ...all, source: undefined })],
    ['source.machine', (all) => ({ ...all, source: { platform: 'linux' } })],
    ['roots', (all) => ({ ...all, roots: {} })],
    [
      'roots[0].path',
      (all) => ({ ...all, roots: [{ path: 'relative', origin: 'added', state: 'present' }] }),
    ],
    ['roots[0].origin', (all) => ({ ...all, roots: [{ path: root, origin: 'x', state: 'present' }] })],
    ['roots[0].state', (all) => ({ ...all, roots: [{ path: root, origin: 'added', state: 'x' }] })],
    ['filters.order', (all) => ({ ...all, filters: {} })],
    ['filters.min_bytes', (all) => ({ ...all, filters: { order: 'newest', min_bytes: -1 } })],
    ['filters.max_files', (all) => ({ ...all, filters: { order: 'newest', max_files: 0 } })],
    ['filters', (all) => ({ ...all, filters: { order: 'newest', minBytes: 1 } })],
    ['totals.files', (all) => ({ ...all, totals: {} })],
    ['files', (all) => ({ ...all, files: 'all' })],
    ['the document', (all) => ({ ...all, more: 1 })],
  ])('refuses a wrong %s (%#)', async (place, change) => {
    const document = change({ ...manifestOf([discoveredFile()]) });
    expect((await failureOf(document)).message).toContain(`can't be used: ${place}: `);
  });

  it.each<readonly [place: string, change: Record<string, unknown>]>([
    ['files[1].root', { root: 'relative' }],
    ['files[1].root', { root: '/another' }],
    ['files[1].root', { root: undefined }],
    ['files[1].file', { file: '../../etc/passwd.jsonl' }],
    ['files[1].file', { file: 'p/./a.jsonl' }],
    ['files[1].file', { file: 'p//a.jsonl' }],
    ['files[1].file', { file: '/p/a.jsonl' }],
    ['files[1].file', { file: 'p/a.json' }],
    ['files[1].file', { file: 'p/a\0.jsonl' }],
    ['files[1].file', { file: '' }],
    ['files[1].file', { file: 'p/first.jsonl' }],
    ['files[1].size_bytes', { size_bytes: -1 }],
    ['files[1].size_bytes', { size_bytes: 1.5 }],
    ['files[1].size_bytes', { size_bytes: '1000' }],
    ['files[1].modified_ms', { modified_ms: null }],
    ['files[1].identity', { identity: undefined }],
    ['files[1].identity.device', { identity: { device: 1, inode: '2', fingerprint: '0123456789abcdef' } }],
    ['files[1].identity.inode', { identity: { device: '1', inode: '', fingerprint: '0123456789abcdef' } }],
    ['files[1].identity.fingerprint', { identity: { device: '1', inode: '2', fingerprint: 'x' } }],
    ['files[1].project', { project: null }],
    ['files[1].session_id', { session_id: 5 }],
    ['files[1].kind', { kind: 'other' }],
    ['files[1].state', { state: 'other' }],
    ['files[1].reason', { reason: undefined }],
    ['files[1].estimate', { estimate: null }],
    ['files[1].estimate.lines', { estimate: { lines: -1, responses: 0, tokens: 0, is_exact: true } }],
    ['files[1].estimate.is_exact', { estimate: { lines: 1, responses: 0, tokens: 0, is_exact: 1 } }],
    ['files[1]', { sizeBytes: 1 }],
  ])('refuses a file with a wrong %s (%#)', async (place, change) => {
    const manifest = manifestOf([discoveredFile({ file: 'p/first.jsonl' }), discoveredFile()]);
    const files = [manifest.files[0], { ...manifest.files[1], ...change }];
    const { message } = await failureOf({ ...manifest, files });
    expect(message).toContain(`can't be used: ${place}: `);
    expect(message).toContain('discover --output');
  });

  it('takes a manifest from which entries were deleted by hand', async () => {
    const file = path.join(await tempFolder(), 'manifest.json');
    await writeManifest(file, manifestOf([discoveredFile(), discoveredFile({ file: 'p/b.jsonl' })]));
    const document = JSON.parse(await readFile(file, 'utf8')) as { files: unknown[] };
    document.files.shift();
    await writeFile(file, JSON.stringify(document));
    expect((await readManifest(file)).files.map((entry) => entry.file)).toEqual(['p/b.jsonl']);
  });
});

describe('filesOfManifest', () => {
  it('measures the named files anew, in order, and no others', async () => {
    const folder = await writeTree(await tempFolder(), {
      'p/a.jsonl': 'abc',
      'p/b.jsonl': 'defg',
      'p/c.jsonl': '',
    });
    const entry = (file: string): DiscoveredFile => discoveredFile({ root: folder, file, sizeBytes: 1 });
    const manifest = manifestOf([entry('p/c.jsonl'), entry('p/b.jsonl'), entry('p/gone.jsonl')], folder);
    const files = await collect(filesOfManifest(manifest));
    expect(files.slice(0, 2)).toEqual([
      await measureFile(folder, 'p/c.jsonl'),
      await measureFile(folder, 'p/b.jsonl'),
    ]);
    expect(files[2]).toMatchObject({ file: 'p/gone.jsonl', problem: expect.stringContaining('ENOENT') });
    expect(files).toHaveLength(3);
    await rm(folder, { recursive: true });
    expect((await collect(filesOfManifest(manifest))).every(({ problem }) => problem !== null)).toBe(true);
  });
});
