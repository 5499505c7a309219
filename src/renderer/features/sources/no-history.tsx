import { Button } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import type { Root } from '../../../shared/discovery.ts';

interface NoHistoryProps {
  readonly roots: readonly Root[];
  readonly onAdd: () => void;
}

/** No folder with transcripts: where was looked, and the way on. */
export function NoHistory({ roots, onAdd }: NoHistoryProps) {
  return (
    <section className="no-history" aria-label="No transcripts found">
      <h2 className="no-history__title">No Claude Code history was found</h2>
      <p>
        Transcripts are the *.jsonl files that Claude Code writes for each session. These places were looked
        at:
      </p>
      <ul className="no-history__places selectable">
        {roots.map((root) => (
          <li key={root.path}>
            <code>{root.path}</code>
            <span>
              {root.state === 'missing'
                ? 'not there'
                : root.state === 'unreadable'
                  ? 'not readable'
                  : 'empty'}
            </span>
          </li>
        ))}
      </ul>
      <p>If yours is somewhere else, for example in a backup, add the folder or drop it on this window.</p>
      <Button variant="filled" leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={onAdd}>
        Add folder
      </Button>
    </section>
  );
}
