import { Button, CopyButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Failure } from '../../shared/failure.ts';
import { failureText } from '../failure-text.ts';
import './failure-notice.css';

interface FailureNoticeProps {
  readonly failure: Failure;
  /** What was kept, when the place knows more than the failure does. */
  readonly kept?: string;
  readonly action?: ReactNode;
}

/** What happened, to what, what was kept, what to do; details unfold; all of it can be copied. */
export function FailureNotice({ failure, kept, action }: FailureNoticeProps) {
  const { title, advice } = failureText(failure.code);
  const report = [title, failure.message, failure.path, `Code: ${failure.code}`, failure.detail]
    .filter((part) => part !== undefined)
    .join('\n');
  return (
    <div className="failure" role="alert">
      <IconAlertTriangle size={18} aria-hidden className="failure__icon" />
      <div className="failure__text selectable">
        <h2 className="failure__title">{title}</h2>
        <p>{failure.message}</p>
        {failure.path === undefined || failure.message.includes(failure.path) ? null : (
          <code>{failure.path}</code>
        )}
        {kept === undefined ? null : <p>{kept}</p>}
        <p className="failure__advice">{advice}</p>
        {failure.detail === undefined ? null : (
          <details className="unfold">
            <summary>Details</summary>
            <pre tabIndex={0}>{failure.detail}</pre>
          </details>
        )}
      </div>
      <div className="failure__actions">
        {action}
        <CopyButton value={report}>
          {({ copied, copy }) => (
            <Button
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              {copied ? 'Copied' : 'Copy details'}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}
