import { importScenario } from './imports.ts';

/** The same without bytes and text. ccusage, which keeps nothing, stands here for comparison. */
export const metadata = importScenario('metadata', 'the same without content; and ccusage', 'metadata', [
  'ours',
  'engine',
  'engine-tuned',
  'ccusage',
]);
