import { counted, formatCount } from '../shared/format.ts';

/** Every line is in exactly one of these: `1 record + 0 rejects + 0 blanks + 0 pending`. */
export function describeLineSum(counts: {
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  readonly pending: number;
}): string {
  const { records, rejects, blanks, pending } = counts;
  const kinds = [counted(records, 'record'), counted(rejects, 'reject'), counted(blanks, 'blank')];
  return [...kinds, `${formatCount(pending)} pending`].join(' + ');
}
