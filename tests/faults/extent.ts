/** `npm run test:faults` does everything often, `npm test` the same a few times. */
export const isLong = process.env['TOKENHOUSE_FAULTS'] === 'long';

/** Seed of everything random in a test file; the same again with TOKENHOUSE_SEED. */
export const seed = Number(process.env['TOKENHOUSE_SEED'] ?? Date.now() % 1_000_000);

/** All cases in the long part, the first ones in the quick one: those that differ most from each other stand first. */
export function some<Case>(quick: number, cases: readonly Case[]): readonly Case[] {
  return isLong ? cases : cases.slice(0, quick);
}
