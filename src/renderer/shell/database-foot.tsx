import { Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconLoader } from '@tabler/icons-react';
import { useKnown, useSnapshot } from '../announced.ts';
import { failureText } from '../failure-text.ts';
import { bytes, compact, exact } from '../format.ts';
import { currentRun, database } from '../stores.ts';

/** The database at the foot of the sidebar: which, how much, where. */
export function DatabaseFoot() {
  const known = useKnown(database);
  const run = useSnapshot(currentRun, null);
  const state = known.status === 'known' ? known.value : known.status === 'failed' ? known : null;
  if (state === null || state.status === 'starting') {
    return (
      <section className="database" aria-label="Database">
        <div className="database__name">
          <IconLoader size={14} aria-hidden /> Database is starting
        </div>
        <div>&nbsp;</div>
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
        </section>
      </Tooltip>
    );
  }
  // Counted before and after a run, not during it.
  const isWritten = run?.status === 'running' || run?.status === 'cancelling';
  return (
    <Tooltip
      position="right"
      label={
        <>
          {state.place}
          <br />
          {exact(state.lines)} lines, {bytes(state.diskBytes)} on disk{isWritten ? ' before this run' : ''}
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
          {isWritten ? 'being written to' : `${compact(state.lines)} lines, ${bytes(state.diskBytes)}`}
        </div>
      </section>
    </Tooltip>
  );
}
