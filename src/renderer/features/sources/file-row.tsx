import { memo, type ReactNode } from 'react';
import type { DiscoveredFile, FileKind } from '../../../shared/discovery.ts';
import { absolute, bytes, compact, exact, relative } from '../../format.ts';
import { fileKey } from '../../found-files.ts';
import { FileStateMark } from '../../ui/file-state.tsx';
import { rowId } from '../../ui/virtual-table.tsx';
import { shortName, type FileColumn } from './file-view.ts';

interface ColumnLook {
  readonly id: FileColumn;
  readonly label: string;
  readonly title: string;
  readonly isNumber?: boolean;
  readonly canHide?: boolean;
}

const estimated = 'Estimated from a sample of each file';

export const columnLooks: readonly ColumnLook[] = [
  { id: 'project', label: 'Project', title: 'Working directory of the session' },
  { id: 'file', label: 'File', title: 'Path below the project folder' },
  { id: 'kind', label: 'Kind', title: 'Main session, subagent, workflow or stub', canHide: true },
  { id: 'state', label: 'State', title: 'How the file compares with the database' },
  { id: 'size', label: 'Size', title: 'Size on disk', isNumber: true },
  { id: 'modified', label: 'Modified', title: 'Last change', isNumber: true },
  { id: 'lines', label: 'Est. lines', title: estimated, isNumber: true },
  { id: 'responses', label: 'Est. resp.', title: `Responses. ${estimated}`, isNumber: true, canHide: true },
  { id: 'tokens', label: 'Est. tokens', title: estimated, isNumber: true },
];

const kindWords: Readonly<Record<FileKind, string>> = {
  session: 'Session',
  subagent: 'Subagent',
  workflow: 'Workflow',
  stub: 'Stub',
};

interface FileRowProps {
  readonly file: DiscoveredFile;
  readonly columns: readonly FileColumn[];
  readonly rowIndex: number;
  readonly isSelected: boolean;
  readonly nowMs: number;
  readonly onSelect: (key: string) => void;
}

/** Plain elements: a Mantine cell costs as much as a row of these, and scrolling makes hundreds a second. */
export const FileRow = memo(function FileRow({
  file,
  columns,
  rowIndex,
  isSelected,
  nowMs,
  onSelect,
}: FileRowProps) {
  const key = fileKey(file);
  return (
    <tr id={rowId(key)} aria-rowindex={rowIndex} aria-selected={isSelected} onClick={() => onSelect(key)}>
      {columns.map((column) => cells[column](file, nowMs))}
    </tr>
  );
});

const cells: Readonly<Record<FileColumn, (file: DiscoveredFile, nowMs: number) => ReactNode>> = {
  project: (file) => (
    <td key="project">
      <span className="files__project" title={file.project}>
        {lastPart(file.project)}
      </span>
    </td>
  ),
  file: (file) => (
    <td key="file" title={file.file}>
      {shortName(file.file)}
    </td>
  ),
  kind: (file) => <td key="kind">{kindWords[file.kind]}</td>,
  state: (file) => (
    <td key="state">
      <FileStateMark state={file.state} reason={file.reason} />
    </td>
  ),
  size: (file) => number('size', bytes(file.sizeBytes), `${exact(file.sizeBytes)} bytes`),
  modified: (file, nowMs) => number('modified', relative(file.modifiedMs, nowMs), absolute(file.modifiedMs)),
  lines: (file) => estimate('lines', file.estimate.lines, file),
  responses: (file) => estimate('responses', file.estimate.responses, file),
  tokens: (file) => estimate('tokens', file.estimate.tokens, file),
};

function number(key: string, text: string, title: string) {
  return (
    <td key={key} className="number" title={title}>
      {text}
    </td>
  );
}

function estimate(key: 'lines' | 'responses' | 'tokens', value: number, file: DiscoveredFile) {
  // Of a file that could not be read nothing is known, which is not the same as none.
  if (file.state === 'unreadable') return number(key, '–', 'Not known: the file could not be read');
  const title = file.estimate.isExact ? `${exact(value)} ${key}` : `about ${exact(value)} ${key}`;
  return number(key, compact(value), title);
}

/** The folder a person thinks of when they say which project. */
function lastPart(project: string): string {
  return project.split(/[/\\]/).findLast((part) => part !== '') ?? project;
}
