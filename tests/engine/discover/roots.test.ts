import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addedRoots,
  defaultRoots,
  optionRoots,
  requireReadable,
} from '../../../src/engine/discover/roots.ts';
import { tempFolder } from '../../fixtures/temp-folder.ts';

async function homeWith(...folders: string[]): Promise<string> {
  const home = await tempFolder();
  for (const folder of folders) await mkdir(path.join(home, folder), { recursive: true });
  return home;
}

async function rootPaths(
  env: Record<string, string>,
  home: string,
  platform: NodeJS.Platform,
): Promise<string[]> {
  const roots = await defaultRoots(env, home, platform);
  return roots.map((root) => `${path.relative(home, root.path)} ${root.state}`);
}

describe('defaultRoots', () => {
  it('finds the XDG place and ~/.claude, and leaves out what does not exist', async () => {
    const home = await homeWith('.claude/projects', '.config/claude/projects');
    expect(await rootPaths({}, home, 'linux')).toEqual([
      '.config/claude/projects present',
      '.claude/projects present',
    ]);
    expect(await rootPaths({}, await homeWith(), 'linux')).toEqual([]);
  });

  it('takes XDG_CONFIG_HOME when it is absolute', async () => {
    const home = await homeWith('xdg/claude/projects', '.config/claude/projects');
    expect(await rootPaths({ XDG_CONFIG_HOME: path.join(home, 'xdg') }, home, 'linux')).toEqual([
      'xdg/claude/projects present',
    ]);
    expect(await rootPaths({ XDG_CONFIG_HOME: 'xdg' }, home, 'linux')).toEqual([
      '.config/claude/projects present',
    ]);
  });

  it('takes every directory of CLAUDE_CONFIG_DIR, as config directory or as its projects', async () => {
    const home = await homeWith('one/projects', 'two/projects', '.claude/projects');
    const env = { CLAUDE_CONFIG_DIR: ` ${home}/one , ${home}/two/projects,,~/.claude` };
    expect(await rootPaths(env, home, 'linux')).toEqual([
      'one/projects present',
      'two/projects present',
      '.claude/projects present',
    ]);
  });

  it('shows a directory of CLAUDE_CONFIG_DIR that is not there as missing', async () => {
    const home = await homeWith('.claude/projects');
    expect(await rootPaths({ CLAUDE_CONFIG_DIR: path.join(home, 'gone') }, home, 'linux')).toEqual([
      'gone/projects missing',
      '.claude/projects present',
    ]);
  });

  it('takes a config directory that is itself called projects', async () => {
    const home = await homeWith('projects/projects');
    expect(await rootPaths({ CLAUDE_CONFIG_DIR: `${home}/projects` }, home, 'linux')).toEqual([
      'projects/projects present',
    ]);
  });

  it('takes a folder that two names reach once, by the first name', async () => {
    const home = await homeWith('real/projects', '.config');
    await symlink(path.join(home, 'real'), path.join(home, '.claude'));
    await symlink(path.join(home, 'real'), path.join(home, '.config', 'claude'));
    expect(await rootPaths({}, home, 'linux')).toEqual(['.config/claude/projects present']);
  });

  it.each([
    ['linux', '.config/Claude', {}],
    ['darwin', 'Library/Application Support/Claude', {}],
    ['win32', 'AppData/Roaming/Claude', {}],
    ['win32', 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude', {}],
  ] as const)("finds Claude Desktop's sessions on %s below %s", async (platform, place, env) => {
    const sessions = `${place}/local-agent-mode-sessions`;
    const home = await homeWith(
      `${sessions}/account/org/local_1/.claude/projects`,
      `${sessions}/account/org/local_2/.claude/projects`,
      `${sessions}/account/org/local_3/node_modules/.claude/projects`,
    );
    expect(await rootPaths(env, home, platform)).toEqual([
      `${sessions}/account/org/local_1/.claude/projects present`,
      `${sessions}/account/org/local_2/.claude/projects present`,
    ]);
  });
});

describe('optionRoots', () => {
  it('answers absolute paths with their state', async () => {
    const home = await homeWith('here');
    await writeFile(path.join(home, 'file.jsonl'), '');
    const relative = path.relative(process.cwd(), path.join(home, 'here'));
    const roots = await optionRoots([
      relative,
      path.join(home, 'gone'),
      path.join(home, 'file.jsonl'),
      `${home}/here/`,
    ]);
    expect(roots).toEqual([
      { path: path.join(home, 'here'), origin: 'option', state: 'present' },
      { path: path.join(home, 'gone'), origin: 'option', state: 'missing' },
      { path: path.join(home, 'file.jsonl'), origin: 'option', state: 'unreadable' },
    ]);
    expect((await addedRoots([home])).map((root) => root.origin)).toEqual(['added']);
  });

  it('becomes a failure that names the folder where the command line asks', async () => {
    const home = await homeWith('here');
    await writeFile(path.join(home, 'file.jsonl'), '');
    const gone = path.join(home, 'gone');
    const missing = await optionRoots([home, gone]);
    expect(() => requireReadable(missing)).toThrow(
      expect.objectContaining({ code: 'source-missing', path: gone }),
    );
    const unreadable = await optionRoots([path.join(home, 'file.jsonl')]);
    expect(() => requireReadable(unreadable)).toThrow(expect.objectContaining({ code: 'source-unreadable' }));
    const good = await optionRoots([home]);
    expect(() => requireReadable(good)).not.toThrow();
  });
});
