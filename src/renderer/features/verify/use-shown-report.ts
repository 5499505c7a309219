import { useQuery } from '@tanstack/react-query';
import type { VerificationSummary, VerificationView } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/failure.ts';
import type { VerificationReport } from '../../../shared/verification.ts';
import { ask, failureOf } from '../../api.ts';

/** The report on the screen, and what is known of all verifications. */
export type ShownReport =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly failure: Failure }
  /** There was never a verification. */
  | { readonly status: 'none' }
  | {
      readonly status: 'shown';
      /** Read back from the database, it lacks the files that were equal. */
      readonly report: VerificationReport;
      /** There is a newer one. */
      readonly isOutdated: boolean;
      readonly verifications: readonly VerificationSummary[];
    };

/** The chosen report, else the one this window has made, else the newest of the database. */
export function useShownReport(view: VerificationView, chosen: string | null): ShownReport {
  const own = 'report' in view ? view.report : null;
  const list = useQuery({ queryKey: ['verifications'], queryFn: () => ask.listVerifications() });
  const verifications = list.data ?? [];
  const newest = own?.verificationId ?? verifications[0]?.verificationId ?? null;
  const wanted = chosen ?? newest;
  const isOwn = own !== null && own.verificationId === wanted;
  const stored = useQuery({
    queryKey: ['verification', wanted],
    queryFn: () => ask.getVerificationReport(wanted ?? ''),
    enabled: wanted !== null && !isOwn,
  });
  const isOutdated = wanted !== newest;
  if (isOwn) return { status: 'shown', report: own, isOutdated, verifications };
  if (list.isError) return { status: 'failed', failure: failureOf(list.error) };
  if (list.isPending) return { status: 'loading' };
  if (wanted === null) return { status: 'none' };
  if (stored.isError) return { status: 'failed', failure: failureOf(stored.error) };
  if (stored.data === undefined) return { status: 'loading' };
  return { status: 'shown', report: stored.data, isOutdated, verifications };
}
