import { CloseButton, Select, Table, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { fileStates, type VerificationReport, type VerifiedFile } from '../../../shared/verification.ts';
import { fileVerdictWords } from '../../../shared/verification-words.ts';
import { bytes, exact, plural } from '../../format.ts';
import { CopyIcon, PathText } from '../../ui/path-text.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { filterFiles, keyOf, noFilter, sumFiles, worstFirst } from './file-filter.ts';
import { VerifiedRow } from './verified-row.tsx';
import './reconciliation.css';

const allColumns = ['file', 'verdict', 'lines', 'lines-2', 'bytes', 'bytes-2', 'checksum', 'checksum-2'];
const fewColumns = allColumns.slice(0, 6);

interface ReconciliationProps {
  readonly report: VerificationReport;
  /** Read back from the database, which does not store the files that were equal. */
  readonly isStored: boolean;
}

/** Every file, on disk and in the database, side by side. */
export function Reconciliation({ report, isStored }: ReconciliationProps) {
  const [filter, setFilter] = useState(noFilter);
  const [selected, setSelected] = useState<string | null>(null);
  const text = useDeferredValue(filter.text);
  const { verdict } = filter;
  const sorted = useMemo(() => worstFirst(report.perFile), [report]);
  const shown = useMemo(() => filterFiles(sorted, { text, verdict }), [sorted, text, verdict]);
  const chosen = useMemo(() => sorted.find((file) => keyOf(file) === selected), [sorted, selected]);
  // In a narrow window the checksums give way: the verdict says whether they are the same.
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  const leftOut = isStored ? report.files.equal : 0;
  return (
    <section className="reconciliation" aria-label="Files">
      <div className="reconciliation__tools">
        <TextInput
          className="reconciliation__search"
          aria-label="Search files"
          placeholder="Search path, reason or checksum"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          rightSection={
            filter.text === '' ? null : (
              <CloseButton
                size="xs"
                aria-label="Clear search"
                onClick={() => setFilter({ ...filter, text: '' })}
              />
            )
          }
        />
        <Select
          aria-label="Verdict"
          className="reconciliation__verdict"
          value={verdict ?? 'all'}
          allowDeselect={false}
          data={verdictChoices(report.perFile)}
          onChange={(value) =>
            setFilter({ ...filter, verdict: fileStates.find((state) => state === value) ?? null })
          }
        />
        {leftOut === 0 ? null : (
          <span className="section__note">
            {plural(leftOut, 'file')} {leftOut === 1 ? 'was' : 'were'} equal: equal files are not stored with
            a report.
          </span>
        )}
      </div>
      <VirtualTable
        label="Files, on disk and in the database"
        rows={shown}
        keyOf={keyOf}
        columns={(isWide ? allColumns : fewColumns).map((column) => `verified__col-${column}`)}
        head={<Head isWide={isWide} />}
        foot={<Foot files={shown} total={sorted.length} isWide={isWide} />}
        renderRow={(file, at) => (
          <VerifiedRow key={keyOf(file)} file={file} isWide={isWide} {...at} onSelect={setSelected} />
        )}
        selected={selected}
        onSelect={setSelected}
        empty={emptyWords(sorted.length, leftOut)}
      />
      <StatusLine>{chosen === undefined ? null : <Chosen file={chosen} />}</StatusLine>
    </section>
  );
}

function verdictChoices(files: readonly VerifiedFile[]) {
  const counts = new Map<string, number>();
  for (const { verdict } of files) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [
    { value: 'all', label: 'All verdicts' },
    ...fileStates.map((state) => ({
      value: state,
      label: `${fileVerdictWords[state].word} (${exact(counts.get(state) ?? 0)})`,
    })),
  ];
}

function emptyWords(total: number, leftOut: number): string {
  if (total > 0) return 'No file matches. Clear the search or choose another verdict.';
  if (leftOut > 0) return 'Every file was equal.';
  return 'There was no file, neither on disk nor in the database.';
}

function Head({ isWide }: { readonly isWide: boolean }) {
  return (
    <Table.Thead>
      <Table.Tr aria-rowindex={1}>
        <Table.Th>File</Table.Th>
        <Table.Th>Verdict</Table.Th>
        <Table.Th className="number">Lines on disk</Table.Th>
        <Table.Th className="number">in database</Table.Th>
        <Table.Th className="number">Bytes on disk</Table.Th>
        <Table.Th className="number">in database</Table.Th>
        {isWide ? (
          <>
            <Table.Th className="checksum">Checksum</Table.Th>
            <Table.Th className="checksum">in database</Table.Th>
          </>
        ) : null}
      </Table.Tr>
    </Table.Thead>
  );
}

interface FootProps {
  readonly files: readonly VerifiedFile[];
  readonly total: number;
  readonly isWide: boolean;
}

function Foot({ files, total, isWide }: FootProps) {
  const { disk, database } = useMemo(() => sumFiles(files), [files]);
  return (
    <Table.Tfoot className="virtual__foot">
      <Table.Tr>
        <Table.Td>
          {files.length === total
            ? plural(total, 'file')
            : `${exact(files.length)} of ${plural(total, 'file')}`}
        </Table.Td>
        <Table.Td />
        <Table.Td className="number">{exact(disk.lines)}</Table.Td>
        <Table.Td className="number">{exact(database.lines)}</Table.Td>
        <Table.Td className="number" title={exact(disk.bytes)}>
          {bytes(disk.bytes)}
        </Table.Td>
        <Table.Td className="number" title={exact(database.bytes)}>
          {bytes(database.bytes)}
        </Table.Td>
        {isWide ? <Table.Td colSpan={2} /> : null}
      </Table.Tr>
    </Table.Tfoot>
  );
}

/** The selected file, whole, in the status bar. */
function Chosen({ file }: { readonly file: VerifiedFile }) {
  const path = `${file.root}/${file.file}`;
  return (
    <>
      <PathText path={path} />
      <CopyIcon text={path} label="Copy path of the selected file" />
      <span className="reconciliation__reason">
        {file.reason === '' ? fileVerdictWords[file.verdict].meaning : file.reason}
        {file.isHashOnly ? ' Its bytes are not in the database (privacy): hashes were compared.' : ''}
      </span>
    </>
  );
}
