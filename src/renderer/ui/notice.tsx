import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import './notice.css';

interface NoticeProps {
  readonly icon: Icon;
  readonly tone: 'plain' | 'warn';
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Something to know that is no failure: calm, in its place, and nothing to dismiss. */
export function Notice({ icon: NoticeIcon, tone, title, children, action }: NoticeProps) {
  return (
    <section className="notice" data-tone={tone} aria-label={title}>
      <NoticeIcon size={18} aria-hidden className={`notice__icon tone-${tone}`} />
      <div className="notice__text selectable">
        <h2 className="notice__title">{title}</h2>
        {children}
      </div>
      {action === undefined ? null : <div className="notice__action">{action}</div>}
    </section>
  );
}
