import { IconTerminal2 } from '@tabler/icons-react';
import type { RunState } from '../../../shared/run.ts';
import { Notice } from '../../ui/notice.tsx';
import { RunningRun } from './running-run.tsx';
import { WatchingRun } from './watching-run.tsx';

interface ElsewhereRunProps {
  readonly run: Extract<RunState, { status: 'elsewhere' }>;
}

/** The run of another process on the same data, to look at. */
export function ElsewhereRun({ run: { pid, progress } }: ElsewhereRunProps) {
  const isWatching = progress?.phase === 'watching';
  return (
    <>
      <Notice
        icon={IconTerminal2}
        tone="plain"
        title={`Another process (${pid}) ${isWatching ? 'keeps the same data in step' : 'is migrating into the same data'}`}
      >
        <p>
          Most likely the command line. It is shown here as it goes, and can be cancelled where it was
          started.
          {isWatching ? '' : ' Nothing can be started here until it has ended.'}
        </p>
      </Notice>
      {progress === null ? (
        <p className="receipt__note">It has only just started and has not told anything yet.</p>
      ) : isWatching ? (
        <WatchingRun progress={progress} status="elsewhere" />
      ) : (
        <RunningRun progress={progress} status="elsewhere" />
      )}
    </>
  );
}
