import { IconPlayerPause, IconDeviceSdCard, IconPlugConnectedX, type Icon } from '@tabler/icons-react';
import type { Progress, Waiting } from '../../../shared/run.ts';
import { duration, plural } from '../../format.ts';
import { useSeconds } from '../../seconds.ts';
import { Notice } from '../../ui/notice.tsx';
import { waitingTitles } from '../../waiting-words.ts';

const icons: Readonly<Record<Waiting['reason'], Icon>> = {
  paused: IconPlayerPause,
  database: IconPlugConnectedX,
  disk: IconDeviceSdCard,
};

interface WaitingBannerProps {
  readonly progress: Progress;
  readonly isPaused: boolean;
}

/** Why the run does nothing at the moment, and when it goes on; nothing while it works. */
export function WaitingBanner({ progress: { waiting, phase }, isPaused }: WaitingBannerProps) {
  if (isPaused) {
    return (
      <Notice icon={icons.paused} tone="plain" title={waitingTitles.paused}>
        <p>
          {phase === 'watching'
            ? 'New lines stay in their files until you continue; then all of them come in.'
            : 'Nothing is read or written until you continue. What the database has acknowledged is kept.'}
        </p>
      </Notice>
    );
  }
  if (waiting === null || waiting.reason === 'paused') return null;
  return (
    <Notice icon={icons[waiting.reason]} tone="warn" title={waitingTitles[waiting.reason]}>
      <p>{waiting.message}</p>
      <p className="notice__facts">
        <WaitingFacts waiting={waiting} />
      </p>
    </Notice>
  );
}

function WaitingFacts({ waiting: { since, retryAt, attempts } }: { readonly waiting: Waiting }) {
  const nowMs = useSeconds();
  const waitedMs = Math.max(0, nowMs - Date.parse(since));
  const leftMs = retryAt === null ? null : Date.parse(retryAt) - nowMs;
  return (
    <>
      {leftMs === null ? null : <span>{leftMs > 0 ? `Next try in ${seconds(leftMs)}` : 'Trying now'}</span>}
      {attempts === 0 ? null : <span>{plural(attempts, 'try', 'tries')} so far</span>}
      <span>waiting for {seconds(waitedMs)}</span>
    </>
  );
}

/** Whole seconds, also short ones: this is counted down. */
function seconds(ms: number): string {
  return ms < 59_500 ? `${Math.ceil(ms / 1000)}\u00a0s` : duration(ms);
}
