import { Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconLoader } from '@tabler/icons-react';
import { useKnown, usePart } from '../announced.ts';
import { failureText } from '../failure-text.ts';
import { bytes, compact, plural } from '../format.ts';
import { useLastKnownWords } from '../last-known.ts';
import { isActive } from '../use-migrate.ts';
import { currentRun, database } from '../stores.ts';

/** The database at the foot of the sidebar: which, how much, where. */
export function DatabaseFoot() {
  const known = useKnown(database);
  // Counted every few seconds during a run of our own, and before and after one of another process.
  const when = usePart(currentRun, (run) =>
    run.status === 'elsewhere' ? ' before this run' : isActive(run) ? ' a few seconds ago' : '',
  );
  const before = useLastKnownWords();
  const state = known.status === 'known' ? known.value : known.status === 'failed' ? known : null;
  if (state === null || state.status === 'starting') {
    return (
      <section className="database" aria-label="Database">
        <div className="database__name">
          <IconLoader size={14} aria-hidden /> Database is starting
        </div>
        <div>{before?.short ?? <>&nbsp;</>}</div>
      </section>
    );
  }
  if (state.status === 'failed') {
    return (
      <Tooltip label={state.failure.message} position="right">
        <section className="database" aria-label="Database" tabIndex={0}>
          <div className="database__name" data-tone="bad">
            <IconAlertTriangle size={14} aria-hidden /> Database failed
          </div>
          <div>{failureText(state.failure.code).title}</div>
          {before === null ? null : <div>{before.short}</div>}
        </section>
      </Tooltip>
    );
  }
  return (
    <Tooltip
      position="right"
      label={
        <>
          {state.place}
          <br />
          {plural(state.lines, 'line')}, {bytes(state.diskBytes)} on disk{when}
        </>
      }
    >
      <section className="database" aria-label="Database" tabIndex={0}>
        <div className="database__name">
          <IconCircleCheck size={14} aria-hidden className="database__ok" />
          {state.kind === 'embedded' ? 'Embedded ClickHouse' : 'ClickHouse server'}
        </div>
        <div>version {state.version}</div>
        <div>
          {compact(state.lines)} {state.lines === 1 ? 'line' : 'lines'}, {bytes(state.diskBytes)}
        </div>
      </section>
    </Tooltip>
  );
}
