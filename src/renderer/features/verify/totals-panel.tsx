import { Table, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ComparedTotals, VerifiedSums } from '../../../shared/verification.ts';
import { compact, exact, plural } from '../../format.ts';
import { foldTotals, type ModelTotals } from './fold-totals.ts';

const measures: readonly { readonly key: keyof VerifiedSums; readonly label: string }[] = [
  { key: 'responses', label: 'Responses' },
  { key: 'inputTokens', label: 'Input' },
  { key: 'outputTokens', label: 'Output' },
  { key: 'cacheReadTokens', label: 'Cache reads' },
  { key: 'cacheWrite5mTokens', label: 'Writes, 5 min' },
  { key: 'cacheWrite1hTokens', label: 'Writes, 1 h' },
  { key: 'webSearchRequests', label: 'Searches' },
];

/** What the files add up to, counted by a second implementation, against what the database adds up to. */
export function TotalsPanel({ totals }: { readonly totals: readonly ComparedTotals[] }) {
  const models = useMemo(() => foldTotals(totals), [totals]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  if (models.length === 0)
    return <p className="section__note">There were no responses whose totals could be compared.</p>;
  function toggle(model: string) {
    const next = new Set(open);
    if (!next.delete(model)) next.add(model);
    setOpen(next);
  }
  return (
    <>
      <p className="section__note">
        Each response counted once. First line: the files, counted anew; second line: the database. Where only
        one is shown, both are the same.
      </p>
      <Table className="grid-table totals" aria-label="Totals, files against database" stickyHeader>
        <colgroup>
          <col className="totals__col-model" />
          <col className="totals__col-side" />
          {measures.map(({ key }) => (
            <col key={key} />
          ))}
        </colgroup>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Model</Table.Th>
            <Table.Th>Side</Table.Th>
            {measures.map(({ key, label }) => (
              <Table.Th key={key} className="number">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {models.map((model) => (
          <Model
            key={model.totals.model}
            model={model}
            isOpen={open.has(model.totals.model)}
            onToggle={() => toggle(model.totals.model)}
          />
        ))}
      </Table>
    </>
  );
}

interface ModelProps {
  readonly model: ModelTotals;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Model({ model: { totals, days, differing }, isOpen, onToggle }: ModelProps) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const note =
    differing === 0
      ? plural(days.length, 'day')
      : `${exact(differing)} of ${plural(days.length, 'day')} differ`;
  return (
    <Table.Tbody>
      <Rows
        totals={totals}
        isSplit
        name={
          <UnstyledButton
            className="totals__open"
            aria-expanded={isOpen}
            onClick={onToggle}
            title={totals.model}
          >
            <Chevron size={14} aria-hidden />
            <span className="totals__model">{totals.model}</span>
          </UnstyledButton>
        }
        note={note}
      />
      {isOpen
        ? days.map((day) => (
            <Rows
              key={day.day}
              totals={day}
              isSplit={!day.isEqual}
              name={<span className="totals__day">{day.day === '' ? 'no timestamp' : day.day}</span>}
              note=""
            />
          ))
        : null}
    </Table.Tbody>
  );
}

interface RowsProps {
  readonly totals: ComparedTotals;
  /** Both sides, each in a row of its own. */
  readonly isSplit: boolean;
  readonly name: React.ReactNode;
  readonly note: string;
}

function Rows({ totals, isSplit, name, note }: RowsProps) {
  const { source, database, isEqual } = totals;
  const Mark = isEqual ? IconCircleCheck : IconCircleX;
  return (
    <>
      <Table.Tr className={isSplit ? 'totals__first' : ''}>
        <Table.Td>{name}</Table.Td>
        <Table.Td>{isSplit ? 'Files' : 'Both'}</Table.Td>
        <Cells sums={source} other={database} />
      </Table.Tr>
      {isSplit ? (
        <Table.Tr className="totals__second">
          <Table.Td className="totals__note">
            <span className="with-icon">
              <Mark size={14} stroke={1.75} aria-hidden className={isEqual ? 'tone-good' : 'tone-bad'} />
              {isEqual ? 'Equal' : 'Differs'}
              {note === '' ? '' : `, ${note}`}
            </span>
          </Table.Td>
          <Table.Td>Database</Table.Td>
          <Cells sums={database} other={source} />
        </Table.Tr>
      ) : null}
    </>
  );
}

function Cells({ sums, other }: { readonly sums: VerifiedSums; readonly other: VerifiedSums }) {
  return measures.map(({ key }) => {
    const isSame = sums[key] === other[key];
    return (
      <Table.Td key={key} className={isSame ? 'number' : 'number tone-bad'} title={exact(sums[key])}>
        {/* Where the sides differ every digit counts. */}
        {isSame ? compact(sums[key]) : exact(sums[key])}
      </Table.Td>
    );
  });
}
