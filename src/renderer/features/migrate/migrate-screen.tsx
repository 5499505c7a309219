import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Progress, RunReport, RunState } from '../../../shared/run.ts';
import { assertNever } from '../../../shared/failure.ts';
import { useKnown, useSnapshot } from '../../announced.ts';
import { currentRun, database } from '../../stores.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { MissingLines } from '../../ui/missing-lines.tsx';
import { Screen, Section } from '../../ui/screen.tsx';
import { isActive, useStartFailure } from '../../use-migrate.ts';
import { EarlierRuns } from './earlier-runs.tsx';
import { ElsewhereRun } from './elsewhere-run.tsx';
import { InterruptedNotice } from './interrupted-notice.tsx';
import { ActiveButtons, StartButton } from './run-buttons.tsx';
import { RunPlan } from './run-plan.tsx';
import { RunningRun } from './running-run.tsx';
import { RunResult } from './run-result.tsx';
import { WatchingRun } from './watching-run.tsx';
import { titleOf } from './words.ts';
import './migrate.css';

/** From what is planned, over the run itself, to its receipt. */
export function MigrateScreen() {
  const known = useKnown(currentRun);
  const run: RunState = known.status === 'known' ? known.value : { status: 'idle' };
  const base = useSnapshot(database, null);
  const startFailure = useStartFailure();
  const [earlier, setEarlier] = useState<RunReport | null>(null);
  const isRunning = isActive(run) || run.status === 'elsewhere';
  return (
    <Screen
      title={titleOf(run)}
      actions={isActive(run) ? <ActiveButtons run={run} /> : <StartButton />}
      scrolls
    >
      {known.status === 'failed' ? <FailureNotice failure={known.failure} /> : null}
      {base?.status === 'failed' ? <FailureNotice failure={base.failure} /> : null}
      {startFailure !== null && !isActive(run) ? (
        <FailureNotice failure={startFailure} kept="The migration was not started. Nothing was changed." />
      ) : null}
      <MissingLines />
      {earlier !== null && !isRunning ? (
        <div key={earlier.runId} ref={intoView}>
          <Section
            title="An earlier run"
            aside={
              <Button variant="subtle" onClick={() => setEarlier(null)}>
                Close
              </Button>
            }
          >
            <RunResult report={earlier} />
          </Section>
        </div>
      ) : (
        <Current run={run} />
      )}
      {isRunning ? null : <EarlierRuns chosen={earlier?.runId ?? null} onChoose={setEarlier} />}
    </Screen>
  );
}

/** Chosen at the foot of the screen, shown at its head. */
function intoView(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'start' });
}

/** Also while it ends: the receipt is written after the watching, and a bar would be a strange thing to end with. */
function isInStep({ status, progress }: { readonly status: string; readonly progress: Progress }): boolean {
  return progress.phase === 'watching' || (status === 'cancelling' && progress.watch !== null);
}

function Current({ run }: { readonly run: RunState }) {
  switch (run.status) {
    case 'idle':
      return (
        <>
          <InterruptedNotice />
          <RunPlan />
        </>
      );
    case 'running':
    case 'paused':
    case 'cancelling':
      return isInStep(run) ? (
        <WatchingRun progress={run.progress} status={run.status} />
      ) : (
        <RunningRun progress={run.progress} status={run.status} />
      );
    case 'elsewhere':
      return <ElsewhereRun run={run} />;
    case 'completed':
    case 'cancelled':
    case 'failed':
    case 'interrupted':
      return (
        <>
          <RunResult report={run.report} />
          <RunPlan isNext />
        </>
      );
    default:
      return assertNever(run);
  }
}
