import { ActionIcon, CopyButton, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Long enough for `/3f2c1a9e-….jsonl` to stay readable at the end. */
const tailLength = 22;

interface PathTextProps {
  readonly path: string;
  readonly canCopy?: boolean;
}

/**
 * A path on one line, cut in the middle where the room ends, whole in the tooltip.
 *
 * The cut is made by the layout: the head shrinks, the tail does not. Read aloud it is one word.
 */
export function PathText({ path, canCopy = false }: PathTextProps) {
  const cut = Math.max(0, path.length - tailLength);
  return (
    <span className="path">
      <VisuallyHidden className="path__whole">{path}</VisuallyHidden>
      <span className="path__text" title={path} aria-hidden>
        <span className="path__head">{path.slice(0, cut)}</span>
        <span className="path__tail">{path.slice(cut)}</span>
      </span>
      {canCopy ? <CopyIcon text={path} label="Copy path" /> : null}
    </span>
  );
}

export function CopyIcon({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon
            size={20}
            variant="subtle"
            color="gray"
            className="quiet-icon"
            aria-label={label}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
