import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RunReport, RunState } from '../../../shared/run.ts';
import { assertNever } from '../../../shared/failure.ts';
import { useKnown, usePart, useSnapshot } from '../../announced.ts';
import { currentRun, database } from '../../stores.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Later } from '../../ui/later.tsx';
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
import { isInStep, titleOf } from './words.ts';
import './migrate.css';

const idle: RunState = { status: 'idle' };

/** From what is planned, over the run itself, to its receipt. */
export function MigrateScreen() {
  // Only what the frame depends on: what is inside changes with each announcement.
  const title = usePart(currentRun, titleOf) ?? titleOf(idle);
  const isOurs = usePart(currentRun, isActive) === true;
  const isElsewhere = usePart(currentRun, ({ status }) => status === 'elsewhere') === true;
  const base = useSnapshot(database, null);
  const startFailure = useStartFailure();
  const [earlier, setEarlier] = useState<RunReport | null>(null);
  const isRunning = isOurs || isElsewhere;
  // What was looked at before a run gives way to its receipt.
  if (isRunning && earlier !== null) setEarlier(null);
  return (
    <Screen
      title={title}
      actions={isOurs ? <ActiveButtons /> : <StartButton />}
      scrolls
      shows={isRunning ? 'run' : (earlier?.runId ?? '')}
    >
      {base?.status === 'failed' ? <FailureNotice failure={base.failure} /> : null}
      {startFailure !== null && !isOurs ? (
        <FailureNotice failure={startFailure} kept="The migration was not started. Nothing was changed." />
      ) : null}
      <MissingLines />
      {earlier !== null && !isRunning ? (
        <div key={earlier.runId} ref={intoView} tabIndex={-1} className="result__earlier">
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
        <Current />
      )}
      {isRunning ? null : (
        <Later>
          <EarlierRuns chosen={earlier?.runId ?? null} onChoose={setEarlier} />
        </Later>
      )}
    </Screen>
  );
}

/** Chosen at the foot of the screen, shown at its head. */
function intoView(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
}

function Current() {
  const known = useKnown(currentRun);
  const run = known.status === 'known' ? known.value : idle;
  switch (run.status) {
    case 'idle':
      return (
        <>
          {known.status === 'failed' ? <FailureNotice failure={known.failure} /> : null}
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
          <Later>
            <RunPlan isNext />
          </Later>
        </>
      );
    default:
      return assertNever(run);
  }
}
