import type { VerificationView } from '../../../shared/contract.ts';
import { bytes, duration, exact, percent, plural, unknown } from '../../format.ts';
import { Figure } from '../../ui/figure.tsx';
import { ShareBar } from '../../ui/share-bar.tsx';
import { Steps } from '../../ui/steps.tsx';
import { shareOf, verificationPhases } from '../../verification-share.ts';
import { phaseWords } from './words.ts';

interface RunningVerificationProps {
  readonly view: Extract<VerificationView, { progress: unknown }>;
}

export function RunningVerification({ view }: RunningVerificationProps) {
  const { progress } = view;
  const isMending = view.task === 'repair';
  const share = shareOf(view);
  const isCounted = progress.filesTotal > 0;
  return (
    <>
      <section aria-label="Progress" className="run-bar">
        <div className="run-bar__line">
          <span className="run-bar__percent">{percent(share)}</span>
          <span className="run-bar__left">{leftWords(view)}</span>
          <span className="run-bar__bytes">
            {isMending
              ? view.repair === null
                ? ''
                : `${bytes(view.repair.bytesDone)} of ${bytes(view.repair.bytesTotal)}`
              : isCounted
                ? `${bytes(progress.bytesDone)} of ${bytes(progress.bytesTotal)}`
                : 'Finding the files'}
          </span>
        </div>
        <ShareBar label={isMending ? 'Bytes imported again' : 'Bytes read again'} share={share} />
        {isMending ? null : (
          <div className="run-bar__line">
            <Steps steps={verificationPhases} at={progress.phase} words={phaseWords} />
          </div>
        )}
      </section>
      {isMending ? null : (
        <dl className="figures verify-figures">
          <Figure
            label={isCounted ? `of ${plural(progress.filesTotal, 'file')} read again` : 'Files read again'}
            value={isCounted ? exact(progress.filesDone) : unknown}
          />
          <Figure label="Read" value={isCounted ? bytes(progress.bytesDone) : unknown} />
          <Figure
            label="Findings so far"
            value={exact(progress.findings)}
            tone={progress.findings === 0 ? 'plain' : 'warn'}
          />
          <Figure label="Elapsed" value={duration(progress.elapsedMs)} />
        </dl>
      )}
      <p className="section__note">
        {isMending
          ? 'What was found is being mended. Afterwards everything is verified again.'
          : 'Nothing is changed by a verification. Keeping in step, if it is on, goes on afterwards.'}
      </p>
    </>
  );
}

function leftWords(view: RunningVerificationProps['view']): string {
  if (view.status === 'cancelling') return 'Stopping';
  if (view.repair !== null) return 'Importing again';
  return view.task === 'repair' ? 'Mending what was found' : phaseWords[view.progress.phase];
}
