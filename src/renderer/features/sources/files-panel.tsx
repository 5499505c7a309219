import { Button, CloseButton, Select, Skeleton, TextInput } from '@mantine/core';
import { IconFileExport, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import {
  fileStates,
  type DiscoveredFile,
  type DiscoveryFilters,
  type DiscoverySummary,
} from '../../../shared/discovery.ts';
import { absolute, exact } from '../../format.ts';
import { fileKey } from '../../found-files.ts';
import { fileStateLooks } from '../../ui/file-state.tsx';
import { CopyIcon, PathText } from '../../ui/path-text.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { filterFiles, firstView, sortFiles, sumFiles } from './file-view.ts';
import { FilesTable } from './files-table.tsx';

interface FilesPanelProps {
  readonly files: readonly DiscoveredFile[];
  readonly summary: DiscoverySummary;
  readonly filters: DiscoveryFilters;
  readonly onFilters: (filters: DiscoveryFilters) => void;
  readonly onExport: () => void;
  readonly isExporting: boolean;
}

/** The discovery table with its search, state filter and limits. */
export function FilesPanel({ files, summary, filters, onFilters, onExport, isExporting }: FilesPanelProps) {
  const [view, setView] = useState(firstView);
  const [selected, setSelected] = useState<string | null>(null);
  const text = useDeferredValue(view.text);
  const { state, sort, isDescending } = view;
  const sorted = useMemo(() => sortFiles(files, { sort, isDescending }), [files, sort, isDescending]);
  const shown = useMemo(() => filterFiles(sorted, { text, state }), [sorted, text, state]);
  const sums = useMemo(() => sumFiles(shown), [shown]);
  const chosen = useMemo(() => files.find((file) => fileKey(file) === selected), [files, selected]);
  const isScanning = summary.status === 'scanning';
  return (
    <section className="files-panel" aria-label="Files">
      <div className="files-panel__tools">
        <TextInput
          className="files-panel__search"
          aria-label="Search files"
          placeholder="Search project, path or session"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={view.text}
          onChange={(event) => setView({ ...view, text: event.currentTarget.value })}
          rightSection={
            view.text === '' ? null : (
              <CloseButton
                size="xs"
                aria-label="Clear search"
                onClick={() => setView({ ...view, text: '' })}
              />
            )
          }
        />
        <Select
          aria-label="State"
          className="files-panel__state"
          value={view.state ?? 'all'}
          allowDeselect={false}
          data={[
            { value: 'all', label: 'All states' },
            ...fileStates.map((state) => ({
              value: state,
              label: `${fileStateLooks[state].word} (${exact(summary.byState[state])})`,
            })),
          ]}
          onChange={(value) =>
            setView({ ...view, state: fileStates.find((state) => state === value) ?? null })
          }
        />
        <FilterPopover filters={filters} onApply={onFilters} />
        <Button
          leftSection={<IconFileExport size={16} aria-hidden />}
          onClick={onExport}
          loading={isExporting}
        >
          Export manifest
        </Button>
      </div>
      <FilesTable
        files={shown}
        total={files.length}
        sums={sums}
        view={view}
        onView={setView}
        selected={selected}
        onSelect={setSelected}
        isBusy={isScanning}
        empty={<NoRows isScanning={isScanning} hasFiles={files.length > 0} />}
      />
      <StatusLine>{chosen === undefined ? null : <Chosen file={chosen} />}</StatusLine>
    </section>
  );
}

function NoRows({ isScanning, hasFiles }: { readonly isScanning: boolean; readonly hasFiles: boolean }) {
  if (hasFiles) return 'No file matches. Clear the search or choose another state.';
  if (!isScanning) return 'No transcript was found within these limits. Widen the limits or add a folder.';
  return (
    <div className="files-panel__waiting" aria-label="Looking for transcripts">
      {[72, 64, 80, 58, 70, 66].map((width) => (
        <Skeleton key={width} height={10} width={`${width}%`} radius={4} />
      ))}
    </div>
  );
}

/** The selected file, whole, in the status bar. */
function Chosen({ file }: { readonly file: DiscoveredFile }) {
  const path = `${file.root}/${file.file}`;
  return (
    <>
      <PathText path={path} />
      <CopyIcon text={path} label="Copy path of the selected file" />
      <span>{absolute(file.modifiedMs)}</span>
      {file.reason === '' ? null : <span className="tone-bad">{file.reason}</span>}
    </>
  );
}
