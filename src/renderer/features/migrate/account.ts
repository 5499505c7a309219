import type { Account } from '../../../shared/run.ts';
import { exact, plural } from '../../format.ts';

/** How far an account is from `lines = records + rejects + blanks + pending`; 0 when it adds up. */
export function discrepancy({ lines, records, rejects, blanks, pending }: Account): number {
  return lines - (records + rejects + blanks + pending);
}

/** `1,204 lines = 1,190 records + 4 rejects + 10 blanks + 0 pending` */
export function equation({ lines, records, rejects, blanks, pending }: Account): string {
  const parts = [
    plural(records, 'record'),
    plural(rejects, 'reject'),
    plural(blanks, 'blank'),
    `${exact(pending)}\u00a0pending`,
  ];
  return `${plural(lines, 'line')} = ${parts.join(' + ')}`;
}
