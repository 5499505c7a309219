import { VisuallyHidden } from '@mantine/core';
import { IconLoader } from '@tabler/icons-react';
import type { Progress } from '../../shared/run.ts';
import { usePart, useSnapshot } from '../announced.ts';
import { headline } from '../features/migrate/words.ts';
import { percent, plural, remaining } from '../format.ts';
import { useRunTrace } from '../run-trace.ts';
import { currentRun, discovery, verification } from '../stores.ts';
import { shareOf } from '../verification-share.ts';
import { isWaiting, waitingTitles } from '../waiting-words.ts';

/** Left: what the screen says of its selection. Right: what goes on, on whatever screen one is. */
export function StatusBar({ slotRef }: { readonly slotRef: (element: HTMLElement | null) => void }) {
  return (
    <>
      <div className="status-bar__slot selectable" ref={slotRef} />
      <div className="status-bar__activity" role="status">
        <Activity />
      </div>
      <EndOfRun />
    </>
  );
}

/** For those who hear the window: that a run has ended, and how, on whatever screen one is. */
function EndOfRun() {
  const words = usePart(currentRun, (run) => ('report' in run ? headline(run.report) : '')) ?? '';
  return <VisuallyHidden role="status">{words}</VisuallyHidden>;
}

function Activity() {
  const run = useSnapshot(currentRun, null);
  const verify = useSnapshot(verification, null);
  if (verify?.status === 'running') {
    return (
      <>
        <IconLoader size={14} aria-hidden /> {verify.task === 'repair' ? 'Mending' : 'Verifying'},{' '}
        {percent(shareOf(verify))}
      </>
    );
  }
  if (verify?.status === 'cancelling') return <>Cancelling the verification</>;
  if (run?.status === 'running') return <Running progress={run.progress} />;
  if (run?.status === 'paused') return <>The migration is paused</>;
  if (run?.status === 'cancelling') return <>Stopping: finishing the inserts under way</>;
  if (run?.status === 'elsewhere') return <>Another process ({run.pid}) is migrating</>;
  return <Scan otherwise={null} />;
}

function Running({ progress }: { readonly progress: Progress }) {
  const { share } = useRunTrace();
  if (progress.waiting !== null && isWaiting(progress)) return <>{waitingTitles[progress.waiting.reason]}</>;
  if (progress.phase === 'watching') {
    return <Scan otherwise={`In step, ${plural(progress.watch?.files ?? 0, 'file')} looked after`} />;
  }
  const left = progress.remainingSeconds;
  return (
    <>
      <IconLoader size={14} aria-hidden /> Migrating, {percent(share)}
      {left === null ? '' : `, ${remaining(left)} to go`}
    </>
  );
}

/** A scan under way; when there is none, what else there is to say, or what the last one found. */
function Scan({ otherwise }: { readonly otherwise: string | null }) {
  const found = useSnapshot(discovery, null);
  if (found?.status === 'scanning') return <>Scanning, {plural(found.files, 'file')} so far</>;
  if (otherwise !== null) return <>{otherwise}</>;
  return found?.status === 'done' ? <>{plural(found.files, 'file')} found</> : null;
}
