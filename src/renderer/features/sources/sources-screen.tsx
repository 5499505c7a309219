import { Button } from '@mantine/core';
import { IconFolderPlus, IconRefresh } from '@tabler/icons-react';
import type { DiscoverySummary } from '../../../shared/discovery.ts';
import type { RunState } from '../../../shared/run.ts';
import { useKnown, useSnapshot } from '../../announced.ts';
import { plural } from '../../format.ts';
import { useFoundFiles } from '../../found-files.ts';
import { useMissingLines } from '../../last-known.ts';
import { currentRun, database, discovery } from '../../stores.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { PrimaryAction } from '../../ui/primary-action.tsx';
import { MissingLines } from '../../ui/missing-lines.tsx';
import { Screen } from '../../ui/screen.tsx';
import { isActive, useMigrate, useWhyNotMigrate } from '../../use-migrate.ts';
import { FilesPanel } from './files-panel.tsx';
import { NoHistory } from './no-history.tsx';
import { Overview } from './overview.tsx';
import { RootsList } from './roots-list.tsx';
import { useFolderDrop } from './use-folder-drop.ts';
import { useSources } from './use-sources.ts';
import './sources.css';

const nothingYet: DiscoverySummary = {
  status: 'scanning',
  roots: [],
  files: 0,
  sizeBytes: 0,
  estimatedLines: 0,
  estimatedResponses: 0,
  estimatedTokens: 0,
  pendingFiles: 0,
  pendingBytes: 0,
  byState: { new: 0, grown: 0, unchanged: 0, rewritten: 0, vanished: 0, unreadable: 0, corrupt: 0 },
  message: null,
};

/** What is on this computer, and the way to migrate it. */
export function SourcesScreen({ onMigrate }: { readonly onMigrate: () => void }) {
  const known = useKnown(discovery);
  const summary = known.status === 'known' ? known.value : nothingYet;
  const files = useFoundFiles();
  const base = useSnapshot(database, null);
  const sources = useSources();
  const isOver = useFolderDrop(sources.addDropped);
  const isFirst = base?.status === 'ready' && base.lines === 0;
  const hasNone =
    summary.status === 'done' &&
    summary.files === 0 &&
    Object.keys(withoutOrder(sources.filters)).length === 0;
  return (
    <Screen
      title={isFirst && !hasNone ? 'Your Claude Code history' : 'Sources'}
      actions={
        hasNone ? (
          <RescanButton isScanning={false} onRescan={sources.rescan} />
        ) : (
          <Actions summary={summary} sources={sources} onMigrate={onMigrate} />
        )
      }
    >
      <MissingLines />
      {base?.status === 'failed' ? <FailureNotice failure={base.failure} /> : null}
      {known.status === 'failed' ? <FailureNotice failure={known.failure} /> : null}
      {summary.status === 'failed' ? (
        <FailureNotice
          failure={{ code: 'source-unreadable', message: summary.message ?? 'The scan stopped.' }}
          kept="What was found before is shown below."
          action={<Button onClick={sources.rescan}>Scan again</Button>}
        />
      ) : null}
      {hasNone ? (
        <NoHistory roots={summary.roots} onAdd={sources.addFolder} />
      ) : (
        <>
          <Overview files={files} summary={summary} database={base} />
          <RootsList roots={summary.roots} files={files} onRemove={sources.removeFolder} />
          <FilesPanel
            files={files}
            summary={summary}
            filters={sources.filters}
            onFilters={sources.scanWith}
            onExport={sources.exportManifest}
            isExporting={sources.isExporting}
          />
        </>
      )}
      {isOver ? (
        <div className="drop-here" role="status">
          Drop folders here to scan them for transcripts
        </div>
      ) : null}
    </Screen>
  );
}

function withoutOrder({ order: _order, ...limits }: ReturnType<typeof useSources>['filters']) {
  return limits;
}

interface ActionsProps {
  readonly summary: DiscoverySummary;
  readonly sources: ReturnType<typeof useSources>;
  readonly onMigrate: () => void;
}

function Actions({ summary, sources, onMigrate }: ActionsProps) {
  return (
    <>
      <Button leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={sources.addFolder}>
        Add folder
      </Button>
      <RescanButton isScanning={summary.status === 'scanning'} onRescan={sources.rescan} />
      <MigrateButton summary={summary} onMigrate={onMigrate} />
    </>
  );
}

function RescanButton({
  isScanning,
  onRescan,
}: {
  readonly isScanning: boolean;
  readonly onRescan: () => void;
}) {
  return (
    <Button
      leftSection={<IconRefresh size={16} aria-hidden className={isScanning ? 'turning' : ''} />}
      onClick={onRescan}
    >
      Rescan
    </Button>
  );
}

function MigrateButton({
  summary,
  onMigrate,
}: {
  readonly summary: DiscoverySummary;
  readonly onMigrate: () => void;
}) {
  const run = useSnapshot<RunState, RunState>(currentRun, { status: 'idle' });
  const whyNot = useWhyNotMigrate();
  const migrate = useMigrate();
  const isMissing = useMissingLines() !== null;
  if (isActive(run) || run.status === 'elsewhere') {
    const isWatching = 'progress' in run && run.progress?.phase === 'watching';
    return (
      <Button className="primary-action" onClick={onMigrate}>
        {isWatching ? 'Show what came in' : 'Show the migration'}
      </Button>
    );
  }
  const isDone = summary.status === 'done';
  const isNothing = isDone && summary.pendingFiles === 0;
  const none = isMissing ? 'Migrate again' : 'Nothing to migrate';
  const some = isNothing ? none : `Migrate ${plural(summary.pendingFiles, 'file')}`;
  const label = isDone ? some : 'Migrate all files';
  const reason = whyNot ?? (isNothing && !isMissing ? 'Everything found is in the database.' : null);
  return (
    <PrimaryAction
      label={label}
      reason={reason}
      isPending={migrate.isPending}
      // The Migrate screen shows a refusal, with what to do about it.
      onClick={() => migrate.mutate(undefined, { onSettled: onMigrate })}
    />
  );
}
