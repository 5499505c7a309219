import type { Progress } from '../../../shared/run.ts';
import { bytes, compact, duration, exact, percent, plural, remaining, unknown } from '../../format.ts';
import { useRunTrace } from '../../run-trace.ts';
import { Figure } from '../../ui/figure.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { ShareBar } from '../../ui/share-bar.tsx';
import { PhaseSteps } from './phase-steps.tsx';
import { ProblemsList } from './problems-list.tsx';
import { RunCounts } from './run-counts.tsx';
import { RejectCounts } from './reject-counts.tsx';
import { isWaiting } from '../../waiting-words.ts';
import { WaitingBanner } from './waiting-banner.tsx';
import { ThroughputChart } from './throughput-chart.tsx';

interface RunningRunProps {
  readonly progress: Progress;
  readonly status: 'running' | 'paused' | 'cancelling' | 'elsewhere';
}

export function RunningRun({ progress, status }: RunningRunProps) {
  return (
    <>
      <WaitingBanner progress={progress} isPaused={status === 'paused'} />
      <RunBar progress={progress} status={status} />
      <Figures progress={progress} stands={status === 'paused' || isWaiting(progress)} />
      <div className="running">
        <Section title="Throughput">
          <ThroughputChart />
        </Section>
        <Section title="This run so far">
          <RunCounts progress={progress} />
        </Section>
      </div>
      <RejectCounts counts={progress.rejectsByReason} />
      <ProblemsList problems={progress.problems} filesFailed={progress.filesFailed} />
    </>
  );
}

function RunBar({ progress, status }: RunningRunProps) {
  const { share } = useRunTrace();
  const isCounted = progress.phase === 'importing' || progress.phase === 'finishing';
  return (
    <section aria-label="Progress" className="run-bar">
      <div className="run-bar__line">
        <span className="run-bar__percent">{isCounted ? percent(share) : unknown}</span>
        <span className="run-bar__left">{leftWords({ progress, status })}</span>
        <span className="run-bar__bytes">
          {isCounted
            ? `${bytes(progress.bytesDone)} of ${bytes(progress.bytesTotal)}`
            : `${plural(progress.filesTotal, 'file')} found so far`}
        </span>
      </div>
      <ShareBar label="Bytes acknowledged by the database" share={share} />
      <div className="run-bar__line">
        <PhaseSteps phase={progress.phase} />
        <span className="run-bar__file" role="group" aria-label="Current file">
          {progress.currentFile === '' ? null : <PathText path={progress.currentFile} />}
        </span>
      </div>
    </section>
  );
}

function leftWords({ progress, status }: RunningRunProps): string {
  if (status === 'cancelling') return 'Finishing the inserts under way; what is acknowledged is kept';
  // A time to go would be one that does not pass.
  if (status === 'paused' || isWaiting(progress) || progress.remainingSeconds === null) return '';
  return `${remaining(progress.remainingSeconds)} to go`;
}

interface FiguresProps {
  readonly progress: Progress;
  /** Nothing moves: the rates of the last ten seconds are not those of now. */
  readonly stands: boolean;
}

function Figures({ progress: { rates, elapsedMs, tokens }, stands }: FiguresProps) {
  const sum = tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
  return (
    <dl className="figures run-figures">
      <Figure label="Data" value={stands ? unknown : rate(rates.bytes, bytes)} />
      <Figure
        label="Records"
        value={stands ? unknown : rate(rates.records, compact)}
        exact={`${exact(rates.records)} records per second`}
      />
      <Figure
        label="Tokens"
        value={stands ? unknown : rate(rates.tokens, compact)}
        exact={`${exact(rates.tokens)} tokens per second`}
      />
      <Figure label="Tokens so far" value={compact(sum)} exact={exact(sum)} />
      <Figure label="Elapsed" value={duration(elapsedMs)} />
    </dl>
  );
}

function rate(perSecond: number, format: (count: number) => string): string {
  return perSecond === 0 ? unknown : `${format(perSecond)}/s`;
}
