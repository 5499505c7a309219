import { IconActivityHeartbeat, IconBolt, IconEyeSearch, IconRefresh } from '@tabler/icons-react';
import type { Progress, WatchState } from '../../../shared/run.ts';
import { absolute, bytes, clock, exact, plural, relative, unknown } from '../../format.ts';
import { useNow } from '../../now.ts';
import { useRunTrace } from '../../run-trace.ts';
import { Figure } from '../../ui/figure.tsx';
import { Section } from '../../ui/screen.tsx';
import { isWaiting } from '../../waiting-words.ts';
import { ProblemsList } from './problems-list.tsx';
import { RunCounts } from './run-counts.tsx';
import { RejectCounts } from './reject-counts.tsx';
import { SyncSwitches } from './sync-switches.tsx';
import { WaitingBanner } from './waiting-banner.tsx';

interface WatchingRunProps {
  readonly progress: Progress;
  readonly status: 'running' | 'paused' | 'cancelling' | 'elsewhere';
}

/** The import is over and the database is kept in step: what is looked after, and what came in. */
export function WatchingRun({ progress, status }: WatchingRunProps) {
  const { watch } = progress;
  const isInStep = status !== 'paused' && status !== 'cancelling' && !isWaiting(progress);
  return (
    <>
      <WaitingBanner progress={progress} isPaused={status === 'paused'} />
      <section aria-label="In step" className="watching">
        <p className="watching__headline" role="status">
          <IconActivityHeartbeat size={20} aria-hidden className={isInStep ? 'tone-good' : 'tone-quiet'} />
          {headlines[isInStep ? 'inStep' : status]}
        </p>
        <WatchFigures watch={watch} memoryBytes={progress.memoryBytes} />
        {watch === null ? null : <WatchMode watch={watch} />}
      </section>
      <div className="running">
        {status === 'elsewhere' ? (
          <span />
        ) : (
          <Section title="Keeping in step">
            <SyncSwitches />
          </Section>
        )}
        <Section title="This run so far">
          <RunCounts progress={progress} />
        </Section>
      </div>
      <RejectCounts counts={progress.rejectsByReason} />
      <ProblemsList problems={progress.problems} filesFailed={progress.filesFailed} />
    </>
  );
}

const headlines = {
  inStep: 'The database is in step with the files',
  cancelling: 'Ending: the last lines under way are finished',
  paused: 'The database is as it was when you paused',
  running: 'The database is as it was when the wait began',
  elsewhere: 'The database is as it was when the wait began',
} as const;

interface WatchFiguresProps {
  readonly watch: WatchState | null;
  readonly memoryBytes: number;
}

function WatchFigures({ watch, memoryBytes }: WatchFiguresProps) {
  const nowMs = useNow();
  const { watchingSinceMs } = useRunTrace();
  const lastLineAt = watch?.lastLineAt ?? null;
  const lastMs = lastLineAt === null ? null : Date.parse(lastLineAt);
  return (
    <dl className="figures run-figures">
      <Figure label="Files looked after" value={watch === null ? unknown : exact(watch.files)} />
      <Figure label="Lines that came in" value={watch === null ? unknown : exact(watch.lines)} />
      <Figure
        label="Last line"
        value={lastMs === null ? 'none yet' : relative(lastMs, nowMs)}
        {...(lastMs === null ? {} : { exact: absolute(lastMs) })}
      />
      <Figure
        label="In step since"
        value={watchingSinceMs === null ? unknown : clock(watchingSinceMs, nowMs)}
        {...(watchingSinceMs === null ? {} : { exact: absolute(watchingSinceMs) })}
      />
      <Figure label="Memory" value={memoryBytes === 0 ? unknown : bytes(memoryBytes)} />
    </dl>
  );
}

function WatchMode({ watch: { mode, notice, sweptAt, files } }: { readonly watch: WatchState }) {
  const nowMs = useNow();
  const sweptMs = sweptAt === null ? null : Date.parse(sweptAt);
  return (
    <>
      {mode === 'events' ? (
        <p className="receipt__sum">
          <IconBolt size={16} aria-hidden className="tone-quiet" />
          The system tells of each change as it happens; only new bytes are read.
        </p>
      ) : (
        <p className="receipt__sum">
          <IconEyeSearch size={16} aria-hidden className="tone-warn" />
          The files are looked at from time to time.{notice === null ? '' : ` ${notice}`}
        </p>
      )}
      {sweptMs === null ? null : (
        <p className="receipt__sum" title={absolute(sweptMs)}>
          <IconRefresh size={16} aria-hidden className="tone-quiet" />
          All {plural(files, 'file')} were last compared with the database {relative(sweptMs, nowMs)}.
        </p>
      )}
    </>
  );
}
