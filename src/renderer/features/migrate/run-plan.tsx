import { useSnapshot } from '../../announced.ts';
import { useChoices } from '../../choices.tsx';
import { bytes, exact, plural } from '../../format.ts';
import { nothingPending } from '../../nothing-pending.ts';
import { database, discovery } from '../../stores.ts';
import { PathText } from '../../ui/path-text.tsx';
import { Section } from '../../ui/screen.tsx';
import { RunOptionsForm } from './run-options-form.tsx';
import { useLastKnownWords } from '../../last-known.ts';
import { SyncSwitches } from './sync-switches.tsx';
import { destinationOf } from './words.ts';

/** What a run would take, where it would go, and with which options. */
export function RunPlan({ isNext = false }: { readonly isNext?: boolean }) {
  const found = useSnapshot(discovery, null);
  const base = useSnapshot(database, null);
  const before = useLastKnownWords();
  const { options, setOptions } = useChoices();
  return (
    <Section title={isNext ? 'Next run' : 'What will happen'}>
      <dl className="facts">
        <dt>From</dt>
        <dd>
          {found === null || found.status === 'idle' ? (
            'Not scanned yet'
          ) : (
            <>
              {found.status === 'scanning'
                ? `Looking for files, ${exact(found.pendingFiles)} to migrate so far`
                : found.pendingFiles === 0
                  ? `Nothing to read: ${nothingPending(found)}`
                  : `${plural(found.pendingFiles, 'file')}, ${bytes(found.pendingBytes)} to read`}
              <span className="facts__note">
                {exact(found.byState.new)} new, {exact(found.byState.grown)} grown,{' '}
                {exact(found.byState.rewritten)} rewritten, {exact(found.byState.unchanged)} unchanged
                {found.byState.corrupt === 0 ? '' : `, ${exact(found.byState.corrupt)} damaged`}
                {found.byState.unreadable === 0 ? '' : `, ${exact(found.byState.unreadable)} unreadable`}
              </span>
            </>
          )}
        </dd>
        <dt>To</dt>
        <dd>
          {destinationOf(base)}
          {base?.status === 'ready' ? (
            <span className="facts__note">
              <PathText path={base.place} canCopy />
            </span>
          ) : before === null ? null : (
            <span className="facts__note">{before.long}</span>
          )}
        </dd>
        {isNext ? null : <How />}
        <dt>Then</dt>
        <dd>
          <SyncSwitches />
        </dd>
      </dl>
      <details className="unfold">
        <summary>Options{options.dryRun === true ? ': dry run' : ''}</summary>
        <RunOptionsForm options={options} onChange={setOptions} />
      </details>
    </Section>
  );
}

function How() {
  return (
    <>
      <dt>How</dt>
      <dd>
        Every line is copied with its exact bytes; lines that cannot be parsed are kept as rejects
        <span className="facts__note">
          The files are only read. A run can be paused or cancelled at any time; the next one continues where
          it stopped.
        </span>
      </dd>
    </>
  );
}
