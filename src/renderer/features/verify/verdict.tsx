import { IconAlertTriangle, IconPlayerStop, IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { isProof } from '../../../shared/verification-counts.ts';
import type { Score, VerificationReport } from '../../../shared/verification.ts';
import { describeVerdict, dimensionWords, formatScore } from '../../../shared/verification-words.ts';
import { absolute, duration, exact, plural, relative } from '../../format.ts';
import { useNow } from '../../now.ts';
import { CopyIcon } from '../../ui/path-text.tsx';

const looks = {
  passed: { icon: IconShieldCheck, tone: 'tone-good' },
  wanting: { icon: IconAlertTriangle, tone: 'tone-bad' },
  cancelled: { icon: IconPlayerStop, tone: 'tone-warn' },
} as const;

/** It found nothing wrong because it found nothing. */
const nothingCompared = { icon: IconShieldQuestion, tone: 'tone-warn' } as const;

/** What came of it, in one word first. */
export function Verdict({ report }: { readonly report: VerificationReport }) {
  const { title, sentences } = describeVerdict(report);
  const isEmpty = report.result === 'passed' && !isProof(report);
  const { icon: VerdictIcon, tone } = isEmpty ? nothingCompared : looks[report.result];
  const nowMs = useNow();
  const finishedMs = Date.parse(report.finishedAt);
  const { sampleSize, tolerance } = report.options;
  return (
    <section className="result__head verdict" aria-label="Result">
      <VerdictIcon size={24} aria-hidden className={tone} />
      <div className="verdict__words selectable">
        <h2 className="verdict__title">{title}</h2>
        <p className="verdict__text">{sentences.join(' ')}</p>
        <p className="section__note verdict__facts">
          <span title={absolute(finishedMs)}>{relative(finishedMs, nowMs)}</span>
          <span>took {duration(report.durationMs)}</span>
          <span className="verdict__place" title={report.environment.destination}>
            {report.environment.destination}
          </span>
          <span>
            {sampleSize === 'all'
              ? 'all lines column by column'
              : `${plural(sampleSize, 'line')} column by column`}
          </span>
          <span>tolerance {tolerance === 0 ? '0' : `${Number((tolerance * 100).toPrecision(4))} %`}</span>
          <span className="with-icon" title={report.verificationId}>
            {report.verificationId.slice(0, 8)}
            <CopyIcon text={report.verificationId} label="Copy the verification's id" />
          </span>
        </p>
      </div>
    </section>
  );
}

/** Each score with the sum it comes from. */
export function Scores({ scores }: { readonly scores: readonly Score[] }) {
  return (
    <dl className="figures scores" aria-label="Scores">
      {scores.map((score) => (
        <div
          key={score.dimension}
          className="figure"
          data-size="large"
          data-tone={score.wrong > 0 ? 'bad' : 'plain'}
          title={dimensionWords[score.dimension].meaning}
        >
          <dt className="figure__label">
            <span className="scores__name">{dimensionWords[score.dimension].word}</span>
            {sumOf(score)}
          </dt>
          <dd className="figure__value">{formatScore(score)}</dd>
        </div>
      ))}
    </dl>
  );
}

function sumOf({ checked, wrong }: Score): string {
  if (checked === 0 && wrong === 0) return 'nothing was looked at';
  return `${exact(wrong)} wrong of ${exact(checked)}`;
}
