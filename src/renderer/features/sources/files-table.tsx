import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { DiscoveredFile } from '../../../shared/discovery.ts';
import { fileKey } from '../../found-files.ts';
import { useNow } from '../../now.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { columnLooks, FileRow } from './file-row.tsx';
import type { FileColumn, FileSums, FileView } from './file-view.ts';
import { FilesFoot } from './files-foot.tsx';
import { FilesHead } from './files-head.tsx';
import './files-table.css';

interface FilesTableProps {
  readonly files: readonly DiscoveredFile[];
  readonly total: number;
  readonly sums: FileSums;
  readonly view: FileView;
  readonly onView: (view: FileView) => void;
  readonly selected: string | null;
  readonly onSelect: (key: string | null) => void;
  /** Shown in place of rows when there are none. */
  readonly empty: ReactNode;
  readonly isBusy: boolean;
}

const allColumns = columnLooks.map(({ id }) => id);
const fewColumns = columnLooks.filter(({ canHide }) => !canHide).map(({ id }) => id);

/** Columns that fit: the two that say least go first when the window is narrow. */
function useColumns(): readonly FileColumn[] {
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  return isWide ? allColumns : fewColumns;
}

export function FilesTable({ files, total, sums, view, onView, ...props }: FilesTableProps) {
  const columns = useColumns();
  const nowMs = useNow();
  return (
    <VirtualTable
      {...props}
      label="Files"
      rows={files}
      keyOf={fileKey}
      columns={columns.map((column) => `files__col-${column}`)}
      head={<FilesHead columns={columns} view={view} onView={onView} />}
      foot={<FilesFoot columns={columns} sums={sums} total={total} />}
      renderRow={(file, at) => (
        <FileRow
          key={fileKey(file)}
          file={file}
          columns={columns}
          {...at}
          nowMs={nowMs}
          onSelect={props.onSelect}
        />
      )}
    />
  );
}
