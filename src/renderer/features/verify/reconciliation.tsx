import { CloseButton, Select, Table, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { countFiles, countLeftOut, fileSumsOf, sumFiles } from '../../../shared/verification-counts.ts';
import {
  fileStates,
  type FileVerdict,
  type VerificationReport,
  type VerifiedFile,
} from '../../../shared/verification.ts';
import { fileVerdictWords } from '../../../shared/verification-words.ts';
import { bytes, exact, plural, unknown } from '../../format.ts';
import { CopyIcon, PathText } from '../../ui/path-text.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { filterFiles, keyOf, noFilter, worstFirst } from './file-filter.ts';
import { VerifiedRow } from './verified-row.tsx';
import './reconciliation.css';

const allColumns = ['file', 'verdict', 'lines', 'lines-2', 'bytes', 'bytes-2', 'checksum', 'checksum-2'];
const fewColumns = allColumns.slice(0, 6);

/** Every file, on disk and in the database, side by side. */
export function Reconciliation({ report }: { readonly report: VerificationReport }) {
  const [filter, setFilter] = useState(noFilter);
  const [selected, setSelected] = useState<string | null>(null);
  const text = useDeferredValue(filter.text);
  const { verdict } = filter;
  const sorted = useMemo(() => worstFirst(report.perFile), [report]);
  const shown = useMemo(() => filterFiles(sorted, { text, verdict }), [sorted, text, verdict]);
  const chosen = useMemo(() => sorted.find((file) => keyOf(file) === selected), [sorted, selected]);
  // In a narrow window the checksums give way: the verdict says whether they are the same.
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  const leftOut = countLeftOut(report);
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
          data={verdictChoices(report)}
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
        foot={<Foot files={shown} report={report} leftOut={leftOut} isWide={isWide} />}
        renderRow={(file, at) => (
          <VerifiedRow key={keyOf(file)} file={file} isWide={isWide} {...at} onSelect={setSelected} />
        )}
        selected={selected}
        onSelect={setSelected}
        empty={emptyWords(sorted.length, verdict, leftOut)}
      />
      <StatusLine>{chosen === undefined ? null : <Chosen file={chosen} />}</StatusLine>
    </section>
  );
}

function verdictChoices({ files }: VerificationReport) {
  const counts: Readonly<Record<FileVerdict, number>> = {
    ...files,
    'only-on-disk': files.onlyOnDisk,
    'only-in-database': files.onlyInDatabase,
  };
  return [
    { value: 'all', label: 'All verdicts' },
    ...fileStates.map((state) => ({
      value: state,
      label: `${fileVerdictWords[state].word} (${exact(counts[state])})`,
    })),
  ];
}

function emptyWords(total: number, verdict: FileVerdict | null, leftOut: number): string {
  if (leftOut > 0 && verdict === 'equal') return 'Files that were equal are not listed with this report.';
  if (total > 0) return 'No file matches. Clear the search or choose another verdict.';
  if (leftOut > 0) return 'Every file was equal. Equal files are not listed with this report.';
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
  readonly report: VerificationReport;
  readonly leftOut: number;
  readonly isWide: boolean;
}

/** The sums of the files that are listed; of all files, listed or not, as long as none is filtered out. */
function Foot({ files, report, leftOut, isWide }: FootProps) {
  const isWhole = files.length === report.perFile.length;
  const sums = useMemo(() => (isWhole ? fileSumsOf(report) : sumFiles(files)), [isWhole, report, files]);
  const all = plural(countFiles(report), 'file');
  return (
    <Table.Tfoot className="virtual__foot">
      <Table.Tr>
        <Table.Td>
          {!isWhole
            ? `${exact(files.length)} of ${all}`
            : leftOut === 0
              ? all
              : `${all}, ${exact(leftOut)} not listed`}
        </Table.Td>
        <Table.Td />
        <Table.Td className="number">{shownSum(sums?.disk.lines, exact)}</Table.Td>
        <Table.Td className="number">{shownSum(sums?.database.lines, exact)}</Table.Td>
        <Table.Td className="number" title={shownSum(sums?.disk.bytes, exact)}>
          {shownSum(sums?.disk.bytes, bytes)}
        </Table.Td>
        <Table.Td className="number" title={shownSum(sums?.database.bytes, exact)}>
          {shownSum(sums?.database.bytes, bytes)}
        </Table.Td>
        {isWide ? <Table.Td colSpan={2} /> : null}
      </Table.Tr>
    </Table.Tfoot>
  );
}

/** Reports stored by earlier versions have no sums of the files that are not listed. */
function shownSum(sum: number | undefined, format: (sum: number) => string): string {
  return sum === undefined ? unknown : format(sum);
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
