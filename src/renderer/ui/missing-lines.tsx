import { IconDatabaseExclamation } from '@tabler/icons-react';
import { usePart } from '../announced.ts';
import { absolute, exact, plural } from '../format.ts';
import { useMissingLines } from '../last-known.ts';
import { currentRun } from '../stores.ts';
import { isActive } from '../use-migrate.ts';
import { Notice } from './notice.tsx';

/** Says when the database holds fewer lines than it did; nothing while it doesn't, or while a run is bringing them back. */
export function MissingLines() {
  const missing = useMissingLines();
  const isRunning = usePart(currentRun, (run) => isActive(run) || run.status === 'elsewhere') === true;
  if (missing === null || isRunning) return null;
  return (
    <Notice
      icon={IconDatabaseExclamation}
      tone="warn"
      title="The database holds fewer lines than when it was last seen"
    >
      <p>
        {plural(missing.lines, 'line')} now, {exact(missing.linesBefore)} on {absolute(missing.beforeMs)}. The
        next migration brings back what the files still hold.
      </p>
    </Notice>
  );
}
