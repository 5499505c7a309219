import { IconAlertTriangle, IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { DatabaseState } from '../../../shared/contract.ts';
import type { DiscoveredFile, DiscoverySummary } from '../../../shared/discovery.ts';
import { absolute, bytes, compact, date, exact, plural, relative, unknown } from '../../format.ts';
import { nothingPending } from '../../nothing-pending.ts';
import { useNow } from '../../now.ts';
import { useLastKnownWords } from '../../last-known.ts';
import { Figure } from '../../ui/figure.tsx';
import { cleanupDays, historyOf, sumFiles, type History } from './file-view.ts';

interface OverviewProps {
  readonly files: readonly DiscoveredFile[];
  readonly summary: DiscoverySummary;
  readonly database: DatabaseState | null;
}

/**
 * The person's own history: how much, how old, what is about to be lost.
 *
 * From the rows and not from the summary, which starts from nothing with every scan.
 */
export function Overview({ files, summary, database }: OverviewProps) {
  const nowMs = useNow();
  const history = useMemo(() => historyOf(files, nowMs), [files, nowMs]);
  const sums = useMemo(() => sumFiles(files), [files]);
  const before = useLastKnownWords();
  const { oldestMs } = history;
  const isScanning = summary.status === 'scanning' || summary.status === 'idle';
  const isBlank = isScanning && sums.files === 0;
  return (
    <section aria-label="Your history" className="overview">
      <p className="overview__lead">{leadOf(database, summary, before?.long ?? null)}</p>
      <dl className="figures">
        <Figure label="Transcripts" value={isBlank ? unknown : exact(sums.files)} />
        <Figure
          label="On disk"
          value={isBlank ? unknown : bytes(sums.sizeBytes)}
          exact={`${exact(sums.sizeBytes)} bytes`}
        />
        <Figure
          label="Tokens, estimated"
          value={sums.tokens === 0 ? unknown : `about ${compact(sums.tokens)}`}
          exact={`about ${exact(sums.tokens)} tokens, from a sample of each file`}
        />
        <Figure
          label={oldestMs === null ? 'Oldest' : `Oldest, ${date(oldestMs)}`}
          value={oldestMs === null ? unknown : relative(oldestMs, nowMs)}
          {...(oldestMs === null ? {} : { exact: absolute(oldestMs) })}
        />
      </dl>
      <Expiring history={history} isScanning={isScanning} />
    </section>
  );
}

/** One line in every state, so that the answer of the database moves nothing. */
function leadOf(database: DatabaseState | null, summary: DiscoverySummary, before: string | null): string {
  if (database === null || database.status === 'starting') {
    return `The database is starting. ${before ?? 'The files are compared with it as soon as it answers.'}`;
  }
  if (database.status === 'failed')
    return `The database is not available, so nothing can be compared with it.${before === null ? '' : ` ${before}`}`;
  if (database.lines === 0) {
    return 'Migrating copies every line into the database, where it stays when the files are deleted. Files are only read.';
  }
  const kept = `${plural(database.lines, 'line')} in the database`;
  if (summary.status !== 'done') return `${kept}. Looking for what is new.`;
  return summary.pendingFiles === 0
    ? `${kept}. Nothing to read: ${nothingPending(summary)}.`
    : `${kept}. ${plural(summary.pendingFiles, 'file')} with something new.`;
}

interface ExpiringProps {
  readonly history: History;
  readonly isScanning: boolean;
}

function Expiring({ history: { expiring, expiringUnsaved }, isScanning }: ExpiringProps) {
  const rule = `Claude Code deletes a transcript ${cleanupDays} days after its last change, unless cleanupPeriodDays in its settings says otherwise.`;
  if (expiringUnsaved > 0) {
    return (
      <p className="expiring" data-tone="warn" title={rule}>
        <IconAlertTriangle size={16} aria-hidden className="tone-warn" />
        <span>
          <strong>{plural(expiringUnsaved, 'transcript')} will be deleted within a week</strong> and{' '}
          {expiringUnsaved === 1 ? 'is' : 'are'} not yet in the database. By default Claude Code keeps them{' '}
          {cleanupDays} days.
        </span>
      </p>
    );
  }
  if (isScanning) {
    return (
      <p className="expiring" title={rule}>
        <IconSearch size={16} aria-hidden className="tone-quiet" />
        <span>Looking for transcripts that Claude Code is about to delete.</span>
      </p>
    );
  }
  return (
    <p className="expiring" title={rule}>
      <IconShieldCheck size={16} aria-hidden className="tone-good" />
      <span>
        {expiring === 0
          ? 'No transcript is about to be deleted by Claude Code.'
          : `${plural(expiring, 'transcript')} will be deleted within a week by Claude Code; everything in them is in the database.`}
      </span>
    </p>
  );
}
