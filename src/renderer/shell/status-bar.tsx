import { IconLoader } from '@tabler/icons-react';
import { useSnapshot } from '../announced.ts';
import { percent, plural, remaining } from '../format.ts';
import { useRunTrace } from '../run-trace.ts';
import { currentRun, discovery } from '../stores.ts';

/** Left: what the screen says of its selection. Right: what goes on, on whatever screen one is. */
export function StatusBar({ slotRef }: { readonly slotRef: (element: HTMLElement | null) => void }) {
  return (
    <>
      <div className="status-bar__slot selectable" ref={slotRef} />
      <div className="status-bar__activity" role="status">
        <Activity />
      </div>
    </>
  );
}

function Activity() {
  const run = useSnapshot(currentRun, null);
  const found = useSnapshot(discovery, null);
  const { share } = useRunTrace();
  if (run?.status === 'running') {
    const left = run.progress.remainingSeconds;
    return (
      <>
        <IconLoader size={14} aria-hidden /> Migrating, {percent(share)}
        {left === null ? '' : `, ${remaining(left)} to go`}
      </>
    );
  }
  if (run?.status === 'cancelling') return <>Cancelling: finishing the inserts under way</>;
  if (found?.status === 'scanning') return <>Scanning, {plural(found.files, 'file')} so far</>;
  if (found?.status === 'done') return <>{plural(found.files, 'file')} found</>;
  return null;
}
