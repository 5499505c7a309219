#!/usr/bin/env node
// Times of the questions that people wait for, on made-up databases. Needs `npm run build`.
// node tests/bench/queries.mjs [--sizes 1000000,5000000] [--rounds 20] [--folder DIR] [--json]
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

/** Node 20 reads no TypeScript: the scenario is bundled first. */
async function loadScenario() {
  const file = resolve(
    import.meta.dirname,
    `../../node_modules/.cache/bench-queries/scenario-${process.pid}.mjs`,
  );
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, 'queries/scenario.ts'),
    platform: 'node',
    external: [/^node:/, 'chdb', /^chdb\//, 'ffi-rs', '@clickhouse/client', 'piscina'],
  });
  await bundle.write({ file, format: 'es', codeSplitting: false });
  await bundle.close();
  process.once('exit', () => rmSync(file, { force: true }));
  return import(pathToFileURL(file).href);
}

/**
 * @param {{ sizes: readonly number[], rounds: number, folder?: string, onProgress?: (message: string) => void }} options
 * @returns {Promise<Array<{ name: string, sizeLines: number, p50Ms: number, p95Ms: number, cpuMs: number, targetMs: number | null }>>}
 */
export async function run(options) {
  const scenario = await loadScenario();
  return scenario.run({ ...options, root: resolve(import.meta.dirname, '../..') });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '1000000,5000000' },
      rounds: { type: 'string', default: '20' },
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const times = await run({
    sizes: values.sizes.split(',').map(Number),
    rounds: Number(values.rounds),
    ...(values.folder === undefined ? {} : { folder: values.folder }),
    onProgress: (message) => console.error(message),
  });
  if (values.json) console.log(JSON.stringify(times, undefined, 2));
  else
    console.table(
      times.map(({ p50Ms, p95Ms, cpuMs, ...time }) => ({
        ...time,
        p50Ms: Math.round(p50Ms),
        p95Ms: Math.round(p95Ms),
        cpuMs: Math.round(cpuMs),
      })),
    );
}
