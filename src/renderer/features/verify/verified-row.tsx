import {
  IconArrowUpRight,
  IconCircleCheck,
  IconCircleDashed,
  IconCirclePlus,
  IconCircleX,
  IconLock,
  type Icon,
} from '@tabler/icons-react';
import { memo } from 'react';
import type { FileVerdict, VerifiedFile } from '../../../shared/verification.ts';
import { fileVerdictWords } from '../../../shared/verification-words.ts';
import { bytes, exact, unknown } from '../../format.ts';
import { PathText } from '../../ui/path-text.tsx';
import { rowId } from '../../ui/virtual-table.tsx';
import { keyOf } from './file-filter.ts';

const looks: Readonly<Record<FileVerdict, { readonly icon: Icon; readonly tone: string }>> = {
  equal: { icon: IconCircleCheck, tone: 'tone-good' },
  grown: { icon: IconArrowUpRight, tone: 'tone-quiet' },
  differs: { icon: IconCircleX, tone: 'tone-bad' },
  'only-on-disk': { icon: IconCirclePlus, tone: 'tone-warn' },
  'only-in-database': { icon: IconCircleDashed, tone: 'tone-quiet' },
  unreadable: { icon: IconLock, tone: 'tone-bad' },
};

export function VerdictMark({ file }: { readonly file: VerifiedFile }) {
  const { icon: VerdictIcon, tone } = looks[file.verdict];
  const { word, meaning } = fileVerdictWords[file.verdict];
  return (
    <span className="with-icon" title={file.reason === '' ? meaning : file.reason}>
      <VerdictIcon size={14} stroke={1.75} aria-hidden className={tone} />
      {word}
    </span>
  );
}

interface VerifiedRowProps {
  readonly file: VerifiedFile;
  /** There is room for the checksums. */
  readonly isWide: boolean;
  readonly rowIndex: number;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

/** Plain elements: a Mantine cell costs as much as a row of these, and scrolling makes hundreds a second. */
export const VerifiedRow = memo(function VerifiedRow(props: VerifiedRowProps) {
  const { file, isWide, rowIndex, isSelected, onSelect } = props;
  const { disk, database } = file;
  const key = keyOf(file);
  return (
    <tr id={rowId(key)} aria-rowindex={rowIndex} aria-selected={isSelected} onClick={() => onSelect(key)}>
      <td>
        <PathText path={file.file} />
      </td>
      <td>
        <VerdictMark file={file} />
      </td>
      <Pair one={disk?.lines} other={database?.lines} show={exact} />
      <Pair one={disk?.bytes} other={database?.bytes} show={bytes} />
      {isWide ? <Pair one={disk?.checksum} other={database?.checksum} show={shortChecksum} /> : null}
    </tr>
  );
});

/** Cut at the end, as an id is: whole in the tooltip. */
function shortChecksum(checksum: string): string {
  return checksum.slice(0, 8);
}

interface PairProps<Value> {
  readonly one: Value | undefined;
  readonly other: Value | undefined;
  readonly show: (value: Value) => string;
}

/** The same measure on disk and in the database; told apart when they differ. */
function Pair<Value extends number | string>({ one, other, show }: PairProps<Value>) {
  const isSame = one === other || one === undefined || other === undefined;
  const kind = typeof (one ?? other) === 'string' ? 'checksum' : 'number';
  return [one, other].map((value, side) => (
    <td
      key={side === 0 ? 'disk' : 'database'}
      className={isSame ? kind : `${kind} tone-bad`}
      title={typeof value === 'number' ? exact(value) : value}
    >
      {value === undefined ? unknown : show(value)}
    </td>
  ));
}
