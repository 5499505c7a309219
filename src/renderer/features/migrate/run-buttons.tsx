import { Button, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { usePart, useSnapshot } from '../../announced.ts';
import { ask } from '../../api.ts';
import { useChoices } from '../../choices.tsx';
import { plural } from '../../format.ts';
import { nothingPending } from '../../nothing-pending.ts';
import { currentRun, discovery, settings } from '../../stores.ts';
import { PrimaryAction } from '../../ui/primary-action.tsx';
import { useLastStartMs, useMigrate, useResume, useWhyNotMigrate } from '../../use-migrate.ts';
import { isInStep } from './words.ts';

/** The answer of each is the announcement of the new state. */
function ignore() {}

/** The second click of a double click on "Migrate", which stood here before, cancels nothing; milliseconds. */
const doubleClickMs = 500;

export function ActiveButtons() {
  const isCancelling = usePart(currentRun, ({ status }) => status === 'cancelling') === true;
  const isPaused = usePart(currentRun, ({ status }) => status === 'paused') === true;
  const isWatching = usePart(currentRun, isInStep) === true;
  return (
    <>
      {isCancelling ? null : <PauseButton isPaused={isPaused} />}
      {isWatching ? <StopButton isStopping={isCancelling} /> : <CancelButton isCancelling={isCancelling} />}
    </>
  );
}

function PauseButton({ isPaused }: { readonly isPaused: boolean }) {
  return isPaused ? (
    <Button
      variant="filled"
      className="run-action"
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      onClick={() => void ask.continueRun().catch(ignore)}
    >
      Continue
    </Button>
  ) : (
    <Button
      className="run-action"
      leftSection={<IconPlayerPause size={16} aria-hidden />}
      onClick={() => void ask.pauseRun().catch(ignore)}
    >
      Pause
    </Button>
  );
}

function CancelButton({ isCancelling }: { readonly isCancelling: boolean }) {
  const startedMs = useLastStartMs();
  const cancel = () => {
    if (Date.now() - startedMs > doubleClickMs) ask.cancelRun().catch(ignore);
  };
  return (
    <Tooltip label="Stops after the inserts under way. What is in the database stays there." position="left">
      <Button
        className="run-action"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={isCancelling}
        onClick={cancel}
      >
        {isCancelling ? 'Cancelling' : 'Cancel'}
      </Button>
    </Tooltip>
  );
}

function StopButton({ isStopping }: { readonly isStopping: boolean }) {
  return (
    <Tooltip label="Switches “Keep in step” off. What is in the database stays there." position="left">
      <Button
        className="run-action"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={isStopping}
        onClick={() => void settings.through(ask.changeSettings({ sync: false })).catch(ignore)}
      >
        {isStopping ? 'Stopping' : 'Stop'}
      </Button>
    </Tooltip>
  );
}

export function StartButton() {
  const found = useSnapshot(discovery, null);
  const { options } = useChoices();
  const migrate = useMigrate();
  const reason = useWhyNotMigrate();
  const pending = found?.status === 'done' ? found.pendingFiles : null;
  const isNothing = found !== null && pending === 0 && options.dryRun !== true;
  return (
    <PrimaryAction
      label={startLabel(pending, options.dryRun === true)}
      reason={reason}
      isQuiet={isNothing}
      hint={isNothing ? `Nothing to read: ${nothingPending(found)}. A new run looks for new lines.` : ''}
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

const compact = {
  variant: 'subtle',
  className: 'runs__resume',
  styles: { root: { height: 24, paddingInline: 6, fontSize: 12 } },
} as const;

interface ResumeButtonProps {
  readonly runId: string;
  readonly isCompact?: boolean;
}

/** Goes on where an earlier run stopped, with its options. */
export function ResumeButton({ runId, isCompact = false }: ResumeButtonProps) {
  const resume = useResume();
  const reason = useWhyNotMigrate();
  return (
    <Tooltip
      label={reason ?? 'Starts a run with the same options; it continues where this one stopped.'}
      position="left"
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        {...(isCompact ? compact : {})}
        leftSection={<IconPlayerPlay size={isCompact ? 14 : 16} aria-hidden />}
        data-disabled={reason !== null}
        aria-disabled={reason !== null}
        loading={resume.isPending}
        onClick={() => reason === null && resume.mutate(runId)}
      >
        Resume
      </Button>
    </Tooltip>
  );
}
