import { importScenario } from './imports.ts';

/** Everything is stored: the lines' bytes and the text to search in. The limit is the engine that reads the files itself. */
export const full = importScenario('full', 'ours against the engine, everything stored', 'full', [
  'ours',
  'engine',
  'engine-tuned',
]);
