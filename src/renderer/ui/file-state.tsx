import {
  IconAlertTriangle,
  IconArrowUpRight,
  IconCircleCheck,
  IconCircleDashed,
  IconCirclePlus,
  IconLock,
  IconReplace,
  type Icon,
} from '@tabler/icons-react';
import type { FileState } from '../../shared/discovery.ts';

interface Look {
  readonly word: string;
  readonly meaning: string;
  readonly icon: Icon;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet' | 'plain';
}

export const fileStateLooks: Readonly<Record<FileState, Look>> = {
  new: { word: 'New', meaning: 'Not in the database yet', icon: IconCirclePlus, tone: 'plain' },
  grown: {
    word: 'Grown',
    meaning: 'Has new lines since it was imported',
    icon: IconArrowUpRight,
    tone: 'plain',
  },
  unchanged: {
    word: 'Unchanged',
    meaning: 'Every complete line is in the database',
    icon: IconCircleCheck,
    tone: 'good',
  },
  rewritten: {
    word: 'Rewritten',
    meaning: 'Was changed in place: will be imported anew, the old lines are kept',
    icon: IconReplace,
    tone: 'warn',
  },
  vanished: {
    word: 'Vanished',
    meaning: 'In the database, no longer on disk',
    icon: IconCircleDashed,
    tone: 'quiet',
  },
  unreadable: { word: 'Unreadable', meaning: 'Could not be opened', icon: IconLock, tone: 'bad' },
  corrupt: {
    word: 'Corrupt',
    meaning: 'Does not look like a transcript',
    icon: IconAlertTriangle,
    tone: 'bad',
  },
};

export function FileStateMark({ state, reason }: { readonly state: FileState; readonly reason: string }) {
  const { word, meaning, icon: StateIcon, tone } = fileStateLooks[state];
  return (
    <span className="with-icon" title={reason === '' ? meaning : `${meaning}: ${reason}`}>
      <StateIcon size={14} stroke={1.75} aria-hidden className={`tone-${tone}`} />
      {word}
    </span>
  );
}
