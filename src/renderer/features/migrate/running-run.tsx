import { Progress as Bar } from '@mantine/core';
import type { Progress } from '../../../shared/run.ts';
import { bytes, compact, duration, exact, percent, plural, remaining, unknown } from '../../format.ts';
import { useRunTrace } from '../../run-trace.ts';
import { Figure } from '../../ui/figure.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { PhaseSteps } from './phase-steps.tsx';
import { ProblemsList } from './problems-list.tsx';
import { RejectCounts } from './reject-counts.tsx';
import { ThroughputChart } from './throughput-chart.tsx';

interface RunningRunProps {
  readonly progress: Progress;
  readonly isCancelling: boolean;
}

export function RunningRun({ progress, isCancelling }: RunningRunProps) {
  return (
    <>
      <RunBar progress={progress} isCancelling={isCancelling} />
      <Figures progress={progress} />
      <div className="running">
        <Section title="Throughput">
          <ThroughputChart />
        </Section>
        <Section title="This run so far">
          <Counts progress={progress} />
        </Section>
      </div>
      <RejectCounts counts={progress.rejectsByReason} />
      <ProblemsList problems={progress.problems} filesFailed={progress.filesFailed} />
    </>
  );
}

function RunBar({ progress, isCancelling }: RunningRunProps) {
  const { share } = useRunTrace();
  const isCounted = progress.phase === 'importing' || progress.phase === 'finishing';
  const left = isCancelling
    ? 'Finishing the inserts under way; what is acknowledged is kept'
    : progress.remainingSeconds === null
      ? ''
      : `${remaining(progress.remainingSeconds)} to go`;
  return (
    <section aria-label="Progress" className="run-bar">
      <div className="run-bar__line">
        <span className="run-bar__percent">{isCounted ? percent(share) : unknown}</span>
        <span className="run-bar__left">{left}</span>
        <span className="run-bar__bytes">
          {isCounted
            ? `${bytes(progress.bytesDone)} of ${bytes(progress.bytesTotal)}`
            : `${plural(progress.filesTotal, 'file')} found so far`}
        </span>
      </div>
      <Bar.Root size={8} className="run-bar__bar">
        <Bar.Section value={Math.floor(share * 1000) / 10} aria-label="Bytes acknowledged by the database" />
      </Bar.Root>
      <div className="run-bar__line">
        <PhaseSteps phase={progress.phase} />
        <span className="run-bar__file" aria-label="Current file">
          {progress.currentFile === '' ? null : <PathText path={progress.currentFile} />}
        </span>
      </div>
    </section>
  );
}

function Figures({ progress: { rates, elapsedMs, tokens } }: { readonly progress: Progress }) {
  const sum = tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
  return (
    <dl className="figures run-figures">
      <Figure label="Data" value={rate(rates.bytes, bytes)} />
      <Figure
        label="Records"
        value={rate(rates.records, compact)}
        exact={`${exact(rates.records)} records per second`}
      />
      <Figure
        label="Tokens"
        value={rate(rates.tokens, compact)}
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

function Counts({ progress }: { readonly progress: Progress }) {
  const { tokens } = progress;
  const lines = progress.records + progress.rejects + progress.blanks;
  const rows: readonly (readonly [label: string, value: string, title?: string])[] = [
    ['Files', `${exact(progress.filesDone)} of ${exact(progress.filesTotal)}`],
    ['Files unchanged', exact(progress.filesUnchanged)],
    ['Lines', exact(lines)],
    ['Records', exact(progress.records)],
    ['Rejects', exact(progress.rejects)],
    ['Blanks', exact(progress.blanks)],
    ['Input tokens', compact(tokens.input), exact(tokens.input)],
    ['Output tokens', compact(tokens.output), exact(tokens.output)],
    ['Cache read tokens', compact(tokens.cacheRead), exact(tokens.cacheRead)],
    ['Cache write tokens', compact(tokens.cacheWrite), exact(tokens.cacheWrite)],
    [
      'Memory',
      progress.memoryBytes === 0 ? unknown : bytes(progress.memoryBytes),
      'Tokenhouse and its database',
    ],
  ];
  return (
    <dl className="counts">
      {rows.map(([label, value, title]) => (
        <div key={label} className="counts__row">
          <dt>{label}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
