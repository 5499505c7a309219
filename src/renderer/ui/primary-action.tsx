import { Button, Tooltip } from '@mantine/core';
import { IconDatabaseImport, type Icon } from '@tabler/icons-react';
import './primary-action.css';

interface PrimaryActionProps {
  readonly label: string;
  /** Why it cannot be done now; null when it can. */
  readonly reason: string | null;
  /** Possible, but not what a person should do next. */
  readonly isQuiet?: boolean;
  readonly hint?: string;
  readonly icon?: Icon;
  readonly isPending: boolean;
  readonly onClick: () => void;
}

/** The one filled button of a screen. Without a reason it is never disabled, and the reason can be reached by keyboard. */
export function PrimaryAction({
  label,
  reason,
  isQuiet = false,
  hint = '',
  icon: ActionIcon = IconDatabaseImport,
  isPending,
  onClick,
}: PrimaryActionProps) {
  const text = reason ?? hint;
  return (
    <Tooltip
      label={text}
      disabled={text === ''}
      position="bottom-end"
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        className="primary-action"
        variant={reason === null && !isQuiet ? 'filled' : 'default'}
        leftSection={<ActionIcon size={16} aria-hidden />}
        data-disabled={reason !== null}
        aria-disabled={reason !== null}
        loading={isPending}
        onClick={() => reason === null && onClick()}
      >
        {label}
      </Button>
    </Tooltip>
  );
}
