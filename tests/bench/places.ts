import { join, resolve } from 'node:path';
import type { EngineFiles } from '../../src/engine/engine-files.ts';

/** Where the benchmark finds what it runs. It runs as a bundle somewhere else, so it is told the project's folder. */
export interface Places {
  readonly projectRoot: string;
  /** The built command line. */
  readonly cli: string;
  /** The bundled programs of the contestants. */
  readonly programs: string;
  readonly files: EngineFiles;
}

export function placesOf(projectRoot: string): Places {
  const built = join(resolve(projectRoot), 'out', 'main');
  return {
    projectRoot: resolve(projectRoot),
    cli: join(built, 'cli.js'),
    programs: join(resolve(projectRoot), 'node_modules', '.cache', 'tokenhouse', 'bench'),
    files: {
      migrations: join(resolve(projectRoot), 'resources', 'migrations'),
      extractWorker: join(built, 'extract.worker.js'),
      inspectWorker: join(built, 'inspect.worker.js'),
      verifyWorker: join(built, 'verify.worker.js'),
      embeddedServer: join(built, 'embedded-server.js'),
    },
  };
}
