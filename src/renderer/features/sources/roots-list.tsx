import { ActionIcon, Table, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconLock, IconX, type Icon } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { DiscoveredFile, Root, RootOrigin } from '../../../shared/discovery.ts';
import { bytes, exact, unknown } from '../../format.ts';
import { PathText } from '../../ui/path-text.tsx';

const origins: Readonly<Record<RootOrigin, string>> = {
  default: 'Detected',
  added: 'Added by you',
  option: 'Given at start',
};

const states: Readonly<
  Record<Root['state'], { readonly word: string; readonly icon: Icon; readonly tone: string }>
> = {
  present: { word: 'Present', icon: IconCircleCheck, tone: 'good' },
  missing: { word: 'Not there', icon: IconCircleDashed, tone: 'quiet' },
  unreadable: { word: 'Not readable', icon: IconLock, tone: 'bad' },
};

interface RootsListProps {
  readonly roots: readonly Root[];
  readonly files: readonly DiscoveredFile[];
  readonly onRemove: (path: string) => void;
}

/** The scanned folders, those that are missing or unreadable too. */
export function RootsList({ roots, files, onRemove }: RootsListProps) {
  const counts = useMemo(() => countByRoot(files), [files]);
  // Without a folder that can be removed the numbers stand at the right edge.
  const canRemove = roots.some(({ origin }) => origin === 'added');
  return (
    <div className="roots">
      <Table className="grid-table roots__table" aria-label="Folders">
        <colgroup>
          <col />
          <col className="roots__col-origin" />
          <col className="roots__col-state" />
          <col className="roots__col-number" />
          <col className="roots__col-number" />
          {canRemove ? <col className="roots__col-remove" /> : null}
        </colgroup>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Folder</Table.Th>
            <Table.Th>Origin</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th className="number">Files</Table.Th>
            <Table.Th className="number">Size</Table.Th>
            {canRemove ? (
              <Table.Th>
                <VisuallyHidden>Remove</VisuallyHidden>
              </Table.Th>
            ) : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roots.map((root) => {
            const count = counts.get(root.path);
            const { word, icon: StateIcon, tone } = states[root.state];
            const isPresent = root.state === 'present';
            return (
              <Table.Tr key={root.path} data-absent={!isPresent || undefined}>
                <Table.Td>
                  <PathText path={root.path} canCopy />
                </Table.Td>
                <Table.Td>{origins[root.origin]}</Table.Td>
                <Table.Td>
                  <span className="with-icon">
                    <StateIcon size={14} stroke={1.75} aria-hidden className={`tone-${tone}`} />
                    {word}
                  </span>
                </Table.Td>
                <Table.Td className="number">{isPresent ? exact(count?.files ?? 0) : unknown}</Table.Td>
                <Table.Td className="number">{isPresent ? bytes(count?.sizeBytes ?? 0) : unknown}</Table.Td>
                {canRemove ? (
                  <Table.Td className="number">
                    {root.origin === 'added' ? <Remove path={root.path} onRemove={onRemove} /> : null}
                  </Table.Td>
                ) : null}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Remove({ path, onRemove }: { readonly path: string; readonly onRemove: (path: string) => void }) {
  return (
    <Tooltip label="Stop scanning this folder. Nothing is deleted." position="left">
      <ActionIcon
        size={24}
        variant="subtle"
        color="gray"
        className="quiet-icon"
        aria-label={`Remove ${path}`}
        onClick={() => onRemove(path)}
      >
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function countByRoot(files: readonly DiscoveredFile[]) {
  const counts = new Map<string, { files: number; sizeBytes: number }>();
  for (const file of files) {
    const count = counts.get(file.root) ?? { files: 0, sizeBytes: 0 };
    count.files += 1;
    count.sizeBytes += file.sizeBytes;
    counts.set(file.root, count);
  }
  return counts;
}
