import type { Root } from '../../shared/discovery.ts';
import { counted } from '../../shared/format.ts';
import { describeElsewhere, elsewhereCheckName } from '../../shared/verification-words.ts';
import type { Elsewhere } from '../../shared/verification.ts';
import type { DatabaseFile } from './database/file-sums.ts';
import type { Check, Findings } from './findings.ts';
import type { FilePair } from './pair-files.ts';

export const elsewhereCheck: Check = {
  name: elsewhereCheckName,
  tier: 'before',
  dimension: 'completeness',
  title: 'Something of what the database holds is in the folders that are compared',
};

/** What the database holds and no pair has: files of folders that are not looked at. */
export function elsewhereOf(current: readonly DatabaseFile[], pairs: readonly FilePair[]): Elsewhere {
  const paired = new Set(pairs.map(({ database }) => database));
  const others = current.filter((file) => !paired.has(file));
  return {
    roots: [...new Set(others.map(({ root }) => root))],
    files: others.length,
    lines: others.reduce((sum, { lines }) => sum + lines, 0),
  };
}

/** Looking at nothing of what the database holds finds nothing wrong, and must not pass for a proof. */
export function checkElsewhere(
  elsewhere: Elsewhere,
  { pairs, roots }: { readonly pairs: readonly FilePair[]; readonly roots: readonly Root[] },
  findings: Findings,
): void {
  findings.begin(elsewhereCheck);
  findings.looked(elsewhereCheck, 1);
  // What is wrong with a root is told as such.
  if (elsewhere.lines === 0 || roots.some(({ state }) => state !== 'present')) return;
  if (pairs.some(({ database }) => database !== null)) return;
  const files = pairs.length;
  const there = files === 0 ? 'no transcripts' : `${counted(files, 'transcript')}, none of them imported`;
  const looked = roots.length === 0 ? 'No folder with transcripts was found' : `The folders hold ${there}`;
  findings.add(elsewhereCheck, {
    message: `${looked}. The database holds ${describeElsewhere(elsewhere)}: nothing was compared.`,
    advice:
      'Put the folder back, or verify with the folder that holds these files. What the database has stays.',
    action: { kind: 'none' },
  });
}
