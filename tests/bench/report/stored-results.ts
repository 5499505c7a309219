import { readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';
import * as z from 'zod';
import type { Ratio, Row } from './ratio.ts';

/** What a benchmark found. */
export interface Results {
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

const storedResults = z.object({
  ratios: z.array(
    z.object({
      scenario: z.string(),
      size: z.string(),
      what: z.string(),
      pair: z.string(),
      value: z.number(),
      better: z.enum(['higher', 'lower']),
      target: z.number().nullable(),
    }),
  ),
});

/** Writes results as JSON, with the machine they are from and how they were asked for. */
export function storeResults(path: string, results: Results, options: object): void {
  const machine = {
    platform: platform(),
    arch: arch(),
    cores: availableParallelism(),
    node: process.version,
  };
  writeFileSync(path, `${JSON.stringify({ machine, options, ...results }, null, 2)}\n`);
}

/** The ratios of an earlier run. @throws when the file is none of ours */
export function readStoredRatios(path: string): Ratio[] {
  return storedResults.parse(JSON.parse(readFileSync(path, 'utf8'))).ratios;
}
