import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addDiscoverOptions, runDiscover, type DiscoverDeps } from '../../../src/cli/discover.ts';
import { readManifest } from '../../../src/engine/discover/manifest.ts';
import { tempFolder, writeTree } from '../../fixtures/temp-folder.ts';
import { assistantLine, transcript, userLine } from '../../fixtures/transcript-lines.ts';

interface Answer {
  code: number;
  lines: string[];
  notes: string[];
  document: unknown;
}

/** Runs the command as a person types it. */
async function discoverCommand(
  words: readonly string[],
  changes: Partial<DiscoverDeps> = {},
): Promise<Answer> {
  const answer: Answer = { code: -1, lines: [], notes: [], document: undefined };
  const print = {
    json: (document: unknown) => (answer.document = JSON.parse(JSON.stringify(document))),
    line: (text: string) => answer.lines.push(text),
    note: (text: string) => answer.notes.push(text),
  };
  const deps = { print, signal: new AbortController().signal, ...changes };
  const command = addDiscoverOptions(new Command('discover').option('--json'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(async (options: Parameters<typeof runDiscover>[0]) => {
      answer.code = await runDiscover(options, deps);
    });
  await command.parseAsync([...words], { from: 'user' });
  return answer;
}

const usage = { input_tokens: 10, output_tokens: 20 };

async function history(): Promise<string> {
  return writeTree(await tempFolder(), {
    'p/a.jsonl': transcript(userLine('x'), assistantLine('msg_1', usage), assistantLine('msg_2', usage)),
    'p/a/subagents/agent-1.jsonl': transcript(userLine('y'), 'not json', userLine('z')),
    'q/bad.jsonl': transcript('rubbish', 'more\u001b[31m'),
    'q/empty.jsonl': '',
  });
}

describe('discover', () => {
  it('lists roots, projects and files, and what is damaged', async () => {
    const folder = await history();
    const { code, lines, notes } = await discoverCommand(['--source', folder]);
    const text = lines.join('\n');
    expect(code).toBe(0);
    expect(notes).toEqual([]);
    expect(text).toContain(folder);
    expect(text).toMatch(/ 2 +\S+ (?:bytes|kB) +6 +2 +60 {2}\/home\/me\/project/);
    expect(text).toContain('By state: 3 new, 1 corrupt. By kind: 2 session, 1 subagent, 1 stub.');
    expect(text).toContain('corrupt: q/bad.jsonl: None of the 2 lines');
  });

  it('prints one document in snake case', async () => {
    const folder = await history();
    const { code, document, lines } = await discoverCommand([
      '--source',
      folder,
      '--json',
      '--sort',
      'smallest',
    ]);
    expect([code, lines]).toEqual([0, []]);
    expect(document).toMatchObject({
      roots: [{ path: folder, origin: 'option', state: 'present' }],
      totals: { files: 4, lines: 8, responses: 2, tokens: 60, is_exact: true },
      by_state: { new: 3, corrupt: 1, grown: 0, unchanged: 0, rewritten: 0, vanished: 0, unreadable: 0 },
      by_kind: { session: 2, subagent: 1, workflow: 0, stub: 1 },
      problems: [],
    });
    const { files } = document as { files: { file: string; estimate: object }[] };
    expect(files[0]).toMatchObject({ file: 'q/empty.jsonl', size_bytes: 0, session_id: 'empty' });
  });

  it('writes a manifest of exactly what it lists', async () => {
    const folder = await history();
    const output = path.join(await tempFolder(), 'manifest.json');
    const words = [
      '--source',
      folder,
      '--output',
      output,
      '--pattern',
      'q',
      '--max-size-mb',
      '1',
      '--max-files',
      '5',
    ];
    const { code, notes } = await discoverCommand(words);
    expect([code, notes]).toEqual([0, [`Manifest of 2 files: ${output}`]]);
    const manifest = await readManifest(output);
    expect(manifest.files.map(({ file }) => file).toSorted()).toEqual(['q/bad.jsonl', 'q/empty.jsonl']);
    expect(manifest.filters).toEqual({ pattern: 'q', max_bytes: 1_000_000, max_files: 5, order: 'newest' });
  });

  it('reads everything with --check-integrity: damage is listed, only what could not be read fails', async () => {
    const folder = await history();
    const words = ['--source', folder, '--check-integrity'];
    const { code, lines } = await discoverCommand(words);
    expect(code).toBe(0);
    const text = lines.join('\n');
    expect(text).toContain('Read to the end: 4 of 4 files; 2 with lines that are not JSON.');
    expect(text).toContain('rejects: p/a/subagents/agent-1.jsonl: 1 not-json');
    await symlink(path.join(folder, 'gone'), path.join(folder, 'q', 'dangling.jsonl'));
    expect((await discoverCommand(words)).code).toBe(1);
    const { code: failed, document } = await discoverCommand([...words, '--json']);
    expect(failed).toBe(1);
    const { files } = document as { files: { file: string; integrity: object }[] };
    expect(files.find(({ file }) => file === 'p/a/subagents/agent-1.jsonl')?.integrity).toMatchObject({
      lines: 3,
      rejects: 1,
      rejects_by_reason: { 'not-json': 1 },
    });
  });

  it('asks for what it is given: states, roots', async () => {
    const folder = await history();
    const { document } = await discoverCommand(['--json'], {
      findRoots: () => Promise.resolve([{ path: folder, origin: 'default', state: 'present' }]),
      stateOf: () => Promise.resolve({ state: 'unchanged', reason: '' }),
    });
    expect(document).toMatchObject({ by_state: { unchanged: 4 }, roots: [{ origin: 'default' }] });
  });

  it('says so when there is nothing, and shows missing roots', async () => {
    const none = await discoverCommand([], { findRoots: () => Promise.resolve([]) });
    expect(none.lines.join('\n')).toContain('No folder with transcripts was found');
    const missing = await discoverCommand([], {
      findRoots: () => Promise.resolve([{ path: '/gone', origin: 'default', state: 'missing' }]),
    });
    expect(missing.lines.join('\n')).toContain('/gone (missing)');
    expect(missing.notes).toEqual(['/gone: The folder is missing.']);
  });

  it('keeps control characters of file names from the terminal', async () => {
    const folder = await writeTree(await tempFolder(), { 'p\u001b[31m/a\u0007.jsonl': 'x\n' });
    const { lines } = await discoverCommand(['--source', folder]);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  it('fails when a source is missing or no folder', async () => {
    const folder = await history();
    const gone = path.join(folder, 'gone');
    await expect(discoverCommand(['--source', gone])).rejects.toMatchObject({
      code: 'source-missing',
      path: gone,
    });
    await expect(discoverCommand(['--source', path.join(folder, 'p/a.jsonl')])).rejects.toMatchObject({
      code: 'source-unreadable',
    });
  });

  it('answers 130 when it was interrupted', async () => {
    const folder = await history();
    expect((await discoverCommand(['--source', folder], { signal: AbortSignal.abort() })).code).toBe(130);
  });

  it.each([
    ['--max-files', '0'],
    ['--max-files', '1.5'],
    ['--min-size-mb', '-1'],
    ['--max-size-mb', 'big'],
    ['--max-age-days', ''],
    ['--sort', 'oldest'],
  ])('refuses %s %j', async (option, value) => {
    await expect(discoverCommand([option, value])).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });

  it('refuses what only the schema knows to be wrong', async () => {
    const none = { findRoots: () => Promise.resolve([]) };
    await expect(discoverCommand(['--max-age-days', '0'], none)).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(discoverCommand(['--pattern', ''], none)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
