import { Button, Tooltip } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunReport, RunState } from '../../../shared/run.ts';
import { assertNever } from '../../../shared/failure.ts';
import { useKnown, useSnapshot } from '../../announced.ts';
import { ask } from '../../api.ts';
import { useChoices } from '../../choices.tsx';
import { plural } from '../../format.ts';
import { currentRun, database, discovery } from '../../stores.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { PrimaryAction } from '../../ui/primary-action.tsx';
import { Screen, Section } from '../../ui/screen.tsx';
import { useMigrate, useStartFailure, whyNotMigrate } from '../../use-migrate.ts';
import { EarlierRuns } from './earlier-runs.tsx';
import { RunPlan } from './run-plan.tsx';
import { RunningRun } from './running-run.tsx';
import { RunResult } from './run-result.tsx';
import './migrate.css';

/** From what is planned, over the run itself, to its receipt. */
export function MigrateScreen() {
  const known = useKnown(currentRun);
  const run: RunState = known.status === 'known' ? known.value : { status: 'idle' };
  const base = useSnapshot(database, null);
  const startFailure = useStartFailure();
  const [earlier, setEarlier] = useState<RunReport | null>(null);
  const isActive = run.status === 'running' || run.status === 'cancelling';
  return (
    <Screen
      title={titleOf(run)}
      actions={isActive ? <CancelButton run={run} /> : <StartButton run={run} />}
      scrolls
    >
      {known.status === 'failed' ? <FailureNotice failure={known.failure} /> : null}
      {base?.status === 'failed' ? <FailureNotice failure={base.failure} /> : null}
      {startFailure !== null && !isActive ? (
        <FailureNotice failure={startFailure} kept="The migration was not started. Nothing was changed." />
      ) : null}
      {earlier !== null && !isActive ? (
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
      {isActive ? null : <EarlierRuns chosen={earlier?.runId ?? null} onChoose={setEarlier} />}
    </Screen>
  );
}

/** Chosen at the foot of the screen, shown at its head. */
function intoView(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'start' });
}

function Current({ run }: { readonly run: RunState }) {
  switch (run.status) {
    case 'idle':
      return <RunPlan />;
    case 'running':
    case 'cancelling':
      return <RunningRun progress={run.progress} isCancelling={run.status === 'cancelling'} />;
    case 'completed':
    case 'cancelled':
    case 'failed':
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

function titleOf(run: RunState): string {
  if (run.status === 'running') return 'Migrating';
  return run.status === 'cancelling' ? 'Cancelling' : 'Migrate';
}

function CancelButton({ run }: { readonly run: RunState }) {
  const isCancelling = run.status === 'cancelling';
  return (
    <Tooltip label="Stops after the inserts under way. What is in the database stays there." position="left">
      <Button
        className="primary-action"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={isCancelling}
        onClick={() => {
          // The answer is the announcement of the new state.
          ask.cancelRun().catch(() => undefined);
        }}
      >
        {isCancelling ? 'Cancelling' : 'Cancel'}
      </Button>
    </Tooltip>
  );
}

function StartButton({ run }: { readonly run: RunState }) {
  const base = useSnapshot(database, { status: 'starting' } as const);
  const found = useSnapshot(discovery, null);
  const { options } = useChoices();
  const migrate = useMigrate();
  const reason = whyNotMigrate(base.status, run.status);
  const pending = found?.status === 'done' ? found.pendingFiles : null;
  const isNothing = pending === 0 && options.dryRun !== true;
  return (
    <PrimaryAction
      label={startLabel(pending, options.dryRun === true)}
      reason={reason}
      isQuiet={isNothing}
      hint={isNothing ? 'Everything found is in the database. A new run looks for new lines.' : ''}
      isPending={migrate.isPending}
      onClick={() => migrate.mutate()}
    />
  );
}

function startLabel(pending: number | null, isDryRun: boolean): string {
  if (pending === null) return isDryRun ? 'Start dry run' : 'Migrate all files';
  if (isDryRun) return `Count ${plural(pending, 'file')}`;
  return pending === 0 ? 'Look for new lines' : `Migrate ${plural(pending, 'file')}`;
}
