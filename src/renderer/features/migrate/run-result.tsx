import {
  IconAlertTriangle,
  IconCircleCheck,
  IconPlayerStop,
  IconPlugConnectedX,
  IconShieldCheck,
  IconShieldQuestion,
} from '@tabler/icons-react';
import type { RunReport, Totals } from '../../../shared/run.ts';
import { absolute, compact, duration, exact, plural, relative } from '../../format.ts';
import { useNow } from '../../now.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Figure } from '../../ui/figure.tsx';
import { Later } from '../../ui/later.tsx';
import { CopyIcon } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { ProblemsList } from './problems-list.tsx';
import { ReceiptTable } from './receipt-table.tsx';
import { RejectCounts } from './reject-counts.tsx';
import { ResumeButton } from './run-buttons.tsx';
import { aftermath, headline, isResumable } from './words.ts';

const statusIcons = {
  completed: { icon: IconCircleCheck, tone: 'tone-good' },
  incomplete: { icon: IconAlertTriangle, tone: 'tone-warn' },
  cancelled: { icon: IconPlayerStop, tone: 'tone-warn' },
  failed: { icon: IconAlertTriangle, tone: 'tone-bad' },
  interrupted: { icon: IconPlugConnectedX, tone: 'tone-warn' },
} as const;

/** A finished run: what became of it, its receipt, and what the database now adds up to. */
export function RunResult({ report }: { readonly report: RunReport }) {
  const look = report.status === 'completed' && report.receipt.filesFailed > 0 ? 'incomplete' : report.status;
  const { icon: StatusIcon, tone } = statusIcons[look];
  // A run that the database never heard of can't be resumed: it is started again.
  const canResume = isResumable(report) && report.destination !== '';
  return (
    <div className="result">
      {report.failure === null ? (
        <section aria-label="Result" className="result__head">
          <StatusIcon size={20} aria-hidden className={tone} />
          <div className="result__words">
            <h2 className="result__headline">{headline(report)}</h2>
            <p className="result__aftermath">{aftermath(report)}</p>
          </div>
          {canResume ? <ResumeButton runId={report.runId} /> : null}
        </section>
      ) : (
        <FailureNotice
          failure={report.failure}
          kept={`${headline(report)}. ${aftermath(report)}`}
          action={canResume ? <ResumeButton runId={report.runId} /> : undefined}
        />
      )}
      <Section title="Receipt" aside={<RunFacts report={report} />}>
        <ReceiptTable receipt={report.receipt} isDryRun={report.dryRun} />
        <Verified report={report} />
      </Section>
      <Later>
        {report.totals === null ? null : <DatabaseTotals totals={report.totals} />}
        <RejectCounts counts={report.rejectsByReason} />
        <ProblemsList problems={report.problems} filesFailed={report.receipt.filesFailed} />
      </Later>
    </div>
  );
}

function RunFacts({ report }: { readonly report: RunReport }) {
  const nowMs = useNow();
  const finishedMs = Date.parse(report.finishedAt);
  return (
    <span className="section__note result__facts">
      <span title={absolute(finishedMs)}>{relative(finishedMs, nowMs)}</span>
      <span>took {duration(report.durationMs)}</span>
      <span>{report.destination}</span>
      <span className="with-icon" title={report.runId}>
        Run {report.runId.slice(0, 8)}
        <CopyIcon text={report.runId} label="Copy the run's id" />
      </span>
    </span>
  );
}

function Verified({ report }: { readonly report: RunReport }) {
  if (report.dryRun) return null;
  return report.verified ? (
    <p className="receipt__sum">
      <IconShieldCheck size={16} aria-hidden className="tone-good" />
      <span>
        Verified: the files on disk were compared with the database after this run.{' '}
        <a className="text-link" href="#verify">
          Show the verification
        </a>
      </span>
    </p>
  ) : (
    <p className="receipt__sum">
      <IconShieldQuestion size={16} aria-hidden className="tone-quiet" />
      <span>
        Not verified: the account is the run's own; the database has not been compared with the files.{' '}
        <a className="text-link" href="#verify">
          Go to Verify
        </a>
      </span>
    </p>
  );
}

function DatabaseTotals({ totals }: { readonly totals: Totals }) {
  const figures: readonly (readonly [label: string, count: number])[] = [
    ['Responses', totals.responses],
    ['Input tokens', totals.inputTokens],
    ['Output tokens', totals.outputTokens],
    ['Cache reads', totals.cacheReadTokens],
    ['Cache writes, 5 min', totals.cacheWrite5mTokens],
    ['Cache writes, 1 h', totals.cacheWrite1hTokens],
    ['Web searches', totals.webSearchRequests],
  ];
  return (
    <Section
      title="In the database after this run"
      aside={
        <span className="section__note">
          Each response counted once, however many lines and files it is in
        </span>
      }
    >
      <dl className="figures result__totals">
        {figures.map(([label, count]) => (
          <Figure key={label} label={label} value={compact(count)} exact={exact(count)} size="medium" />
        ))}
      </dl>
      {totals.incompleteResponses > 0 && (
        <p className="section__note">
          {plural(totals.incompleteResponses, 'response')} without a final usage on disk: output tokens are at
          least this many.
        </p>
      )}
    </Section>
  );
}
