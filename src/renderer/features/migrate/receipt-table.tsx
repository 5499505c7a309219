import { Table } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { Account, Receipt } from '../../../shared/run.ts';
import { bytes, exact, plural } from '../../format.ts';
import { discrepancy, equation } from './account.ts';

/** The account: every line is in exactly one of records, rejects, blanks and pending. */
export function ReceiptTable({
  receipt,
  isDryRun,
}: {
  readonly receipt: Receipt;
  readonly isDryRun: boolean;
}) {
  return (
    <>
      <Table className="grid-table receipt" aria-label="Receipt">
        <colgroup>
          <col className="receipt__col-label" />
        </colgroup>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Account</Table.Th>
            {['Files', 'Bytes', 'Lines', 'Records', 'Rejects', 'Blanks', 'Pending'].map((head) => (
              <Table.Th key={head} className="number">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <AccountRow
            label={isDryRun ? 'Counted in this run' : 'Imported in this run'}
            account={receipt.imported}
          />
          <AccountRow label="All files in scope" account={receipt} />
        </Table.Tbody>
      </Table>
      <Sum account={receipt} />
      <p className="receipt__note">
        {plural(receipt.filesUnchanged, 'file')} unchanged
        {receipt.filesFailed === 0 ? '' : `, ${plural(receipt.filesFailed, 'file')} failed`}
        {receipt.filesVanished === 0
          ? ''
          : `, ${plural(receipt.filesVanished, 'file')} gone from disk, kept in the database`}
        {receipt.pending === 0 ? '' : `. ${halfWritten(receipt.pending)}`}.
      </p>
    </>
  );
}

function halfWritten(pending: number): string {
  const [waits, is] = pending === 1 ? ['waits', 'is'] : ['wait', 'are'];
  return `${plural(pending, 'half-written last line')} ${waits} for the rest and ${is} taken by the next run`;
}

function AccountRow({ label, account }: { readonly label: string; readonly account: Account }) {
  const counts = [account.lines, account.records, account.rejects, account.blanks, account.pending];
  const names = ['lines', 'records', 'rejects', 'blanks', 'pending'];
  return (
    <Table.Tr>
      <Table.Th scope="row" className="receipt__label">
        {label}
      </Table.Th>
      <Table.Td className="number">{exact(account.files)}</Table.Td>
      <Table.Td className="number" title={`${exact(account.bytes)} bytes`}>
        {bytes(account.bytes)}
      </Table.Td>
      {counts.map((count, index) => (
        <Table.Td key={names[index]} className="number">
          {exact(count)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function Sum({ account }: { readonly account: Account }) {
  const missing = discrepancy(account);
  return missing === 0 ? (
    <p className="receipt__sum selectable">
      <IconCircleCheck size={16} aria-hidden className="tone-good" />
      <span>{equation(account)}. The account adds up.</span>
    </p>
  ) : (
    <p className="receipt__sum selectable" role="alert">
      <IconAlertTriangle size={16} aria-hidden className="tone-bad" />
      <span>
        {equation(account)} does not add up: {plural(Math.abs(missing), 'line')}{' '}
        {missing > 0 ? 'unaccounted for' : 'too many'}. Copy this into a report.
      </span>
    </p>
  );
}
