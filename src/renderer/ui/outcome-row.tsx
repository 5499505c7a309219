import { Table, UnstyledButton } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { absolute, relative } from '../format.ts';
import { useNow } from '../now.ts';
import './outcome-row.css';

/** How an outcome looks in a table. */
export interface OutcomeLook {
  readonly icon: Icon;
  readonly tone: string;
}

interface OutcomeRowProps {
  /** ISO 8601. */
  readonly startedAt: string;
  /** What is shown when it is chosen: `the receipt`. */
  readonly shows: string;
  readonly look: OutcomeLook;
  readonly outcome: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  /** The other cells. */
  readonly children: ReactNode;
}

/** A row of something that was done: when, and what came of it. The one that is chosen is shown elsewhere on the screen. */
export function OutcomeRow({
  startedAt,
  shows,
  look,
  outcome,
  isChosen,
  onChoose,
  children,
}: OutcomeRowProps) {
  const nowMs = useNow();
  const startedMs = Date.parse(startedAt);
  return (
    <Table.Tr className="outcome" data-chosen={isChosen || undefined}>
      <Table.Td>
        <UnstyledButton
          className="outcome__open"
          title={`${absolute(startedMs)}. Show ${shows}.`}
          aria-pressed={isChosen}
          onClick={onChoose}
        >
          {relative(startedMs, nowMs)}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        <span className="with-icon">
          <look.icon size={14} stroke={1.75} aria-hidden className={look.tone} />
          {outcome}
        </span>
      </Table.Td>
      {children}
    </Table.Tr>
  );
}
