import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { projectRoot, runScript } from './project.mjs';

// npm run --silent cli -- COMMAND: the command line, built when needed. In this very process, so that streams, signals
// and the exit code are its own.
await runScript(async () => {
  await ensureBuilt();
  process.env['TOKENHOUSE_COMMAND'] ??= 'npm run cli --';
  const entry = join(projectRoot, 'out', 'main', 'cli.js');
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
});
