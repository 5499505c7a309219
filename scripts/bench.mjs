import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { ensureBuilt } from './build.mjs';
import { projectRoot, runScript } from './project.mjs';

// npm run bench: the built product against the engine's own import and others. See tests/bench.

const folder = join(projectRoot, 'node_modules', '.cache', 'tokenhouse', 'bench');
const programs = [
  'bench.ts',
  'contestants/engine-program.ts',
  'contestants/engine-tuned-program.ts',
  'contestants/naive-program.ts',
];

/** Node 20 runs no TypeScript: the benchmark is bundled, packages stay outside. */
async function bundle() {
  const input = programs.map((name) => join(projectRoot, 'tests', 'bench', name));
  const build = await rolldown({ input, platform: 'node', external: /^(?![./]|[A-Za-z]:\\)/ });
  await build.write({ dir: folder, format: 'es', entryFileNames: '[name].js', sourcemap: 'inline' });
  await build.close();
}

await runScript(async () => {
  await ensureBuilt();
  await bundle();
  const { bench } = await import(pathToFileURL(join(folder, 'bench.js')).href);
  return bench(process.argv.slice(2), projectRoot);
});
