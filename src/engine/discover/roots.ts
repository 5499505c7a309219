import { opendir, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Root, RootOrigin } from '../../shared/discovery.ts';
import { AppError } from '../../shared/failure.ts';
import { fsErrorCode } from './describe-fs-error.ts';

/** Environment variables that say where transcripts are. */
export type RootEnvironment = Readonly<Record<string, string | undefined>>;

/** Levels below `local-agent-mode-sessions` that are searched; seen: account, organisation, session. */
const desktopDepth = 6;

/**
 * The folders that hold transcripts on this machine, in the order in which they claim a file that several
 * of them contain.
 *
 * Every directory of `CLAUDE_CONFIG_DIR`, the XDG place, `~/.claude/projects`, and those of Claude Desktop
 * (guide/format.md 1). A folder that does not exist is left out, unless `CLAUDE_CONFIG_DIR` names it: then it is
 * `missing`. The same folder reached by two names is one root.
 */
export async function defaultRoots(
  env: RootEnvironment,
  home: string,
  platform: NodeJS.Platform,
): Promise<Root[]> {
  const named = await Promise.all(configDirs(env, home).map(projectsOf));
  const usual = [path.join(xdgHome(env, home), 'claude', 'projects'), path.join(home, '.claude', 'projects')];
  const desktop = await Promise.all(desktopFolders(env, home, platform).map(findDesktopRoots));
  const fromEnvironment = await toRoots(named, 'default');
  const others = await toRoots([...usual, ...desktop.flat()], 'default');
  return uniqueRoots([...fromEnvironment, ...others.filter((root) => root.state !== 'missing')]);
}

/** The folders of `--source`, each itself a root. Relative paths are those of the current directory. */
export async function optionRoots(paths: readonly string[]): Promise<Root[]> {
  return uniqueRoots(await toRoots(paths, 'option'));
}

/** Folders that the person added in the window. */
export async function addedRoots(paths: readonly string[]): Promise<Root[]> {
  return uniqueRoots(await toRoots(paths, 'added'));
}

/**
 * Keeps the first of roots that are the same folder (by real path). A root inside another one stays: `findFiles`
 * gives a file that both contain to the one that comes first.
 */
export async function uniqueRoots(roots: readonly Root[]): Promise<Root[]> {
  const seen = new Set<string>();
  const kept: Root[] = [];
  for (const root of roots) {
    const real = root.state === 'missing' ? root.path : await realPathOf(root.path);
    if (seen.has(real)) continue;
    seen.add(real);
    kept.push(root);
  }
  return kept;
}

/**
 * Throws when a folder that was asked for by name can't be scanned.
 *
 * @throws AppError `source-missing` or `source-unreadable`, naming the first such folder.
 */
export function requireReadable(roots: readonly Root[]): void {
  for (const root of roots) {
    if (root.state === 'missing') {
      throw new AppError(
        'source-missing',
        `The folder ${root.path} does not exist. Nothing was read. Check the path, put it back, or leave it out of the folders to read.`,
        { path: root.path },
      );
    }
    if (root.state === 'unreadable') {
      throw new AppError(
        'source-unreadable',
        `The folder ${root.path} can't be opened: it is not a folder, or reading it is not permitted. Nothing was read. Check its permissions.`,
        { path: root.path },
      );
    }
  }
}

function toRoots(paths: readonly string[], origin: RootOrigin): Promise<Root[]> {
  return Promise.all(
    paths.map(async (named) => {
      const absolute = path.resolve(named);
      return { path: absolute, origin, state: await stateOfFolder(absolute) };
    }),
  );
}

async function stateOfFolder(folder: string): Promise<Root['state']> {
  try {
    await (await opendir(folder)).close();
    return 'present';
  } catch (error) {
    const code = fsErrorCode(error);
    if (code === '') throw error;
    return code === 'ENOENT' ? 'missing' : 'unreadable';
  }
}

async function realPathOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (fsErrorCode(error) === '') throw error;
    return folder;
  }
}

function configDirs(env: RootEnvironment, home: string): string[] {
  return (env['CLAUDE_CONFIG_DIR'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^~(?=$|[/\\])/.test(part) ? path.join(home, part.slice(1)) : part));
}

/** A config directory's `projects`; the directory itself when it is a `projects` without one inside. */
async function projectsOf(configDir: string): Promise<string> {
  const inside = path.join(configDir, 'projects');
  if (path.basename(path.resolve(configDir)) !== 'projects') return inside;
  return (await stateOfFolder(inside)) === 'missing' ? configDir : inside;
}

/** A relative `XDG_CONFIG_HOME` is invalid by the XDG Base Directory Specification and ignored. */
function xdgHome(env: RootEnvironment, home: string): string {
  const named = env['XDG_CONFIG_HOME'];
  return named !== undefined && path.isAbsolute(named) ? named : path.join(home, '.config');
}

function desktopFolders(env: RootEnvironment, home: string, platform: NodeJS.Platform): string[] {
  const sessions = 'local-agent-mode-sessions';
  if (platform === 'darwin') {
    return [path.join(home, 'Library', 'Application Support', 'Claude', sessions)];
  }
  if (platform !== 'win32') return [path.join(xdgHome(env, home), 'Claude', sessions)];
  const roaming = env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming');
  const local = env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
  const store = path.join(local, 'Packages', 'Claude_pzs8sxrjxfjjc', 'LocalCache', 'Roaming');
  return [path.join(roaming, 'Claude', sessions), path.join(store, 'Claude', sessions)];
}

/** Every `.claude/projects` below a folder of Claude Desktop; links are not followed. */
async function findDesktopRoots(top: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [{ folder: top, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder, depth } = next;
    for (const name of await foldersIn(folder)) {
      const below = path.join(folder, name);
      if (name === '.claude') found.push(path.join(below, 'projects'));
      else if (depth < desktopDepth && name !== 'node_modules' && name !== '.git') {
        waiting.push({ folder: below, depth: depth + 1 });
      }
    }
  }
  return found.toSorted();
}

/** Names of the folders in a folder; none when it can't be listed, since most machines have no Claude Desktop. */
async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (fsErrorCode(error) === '') throw error;
    return [];
  }
}
