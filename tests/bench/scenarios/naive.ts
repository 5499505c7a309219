import { importScenario } from './imports.ts';

/** Against what one writes first. */
export const naive = importScenario('naive', 'ours against readline, JSON.parse and client.insert', 'full', [
  'ours',
  'naive',
]);
