import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api.ts';
import { relative } from '../../format.ts';
import { useNow } from '../../now.ts';
import { Notice } from '../../ui/notice.tsx';
import { ResumeButton } from './run-buttons.tsx';
import { aftermath } from './words.ts';

/** The last run's process died: what is safe, and the way on. Nothing when it didn't. */
export function InterruptedNotice() {
  const runs = useQuery({ queryKey: ['runs'], queryFn: () => ask.listRuns() });
  const nowMs = useNow();
  const last = runs.data?.[0];
  if (last?.status !== 'interrupted') return null;
  return (
    <Notice
      icon={IconPlugConnectedX}
      tone="warn"
      title="The last migration was interrupted"
      action={<ResumeButton runId={last.runId} />}
    >
      <p>
        It was started {relative(Date.parse(last.startedAt), nowMs)}, and its process ended before the report
        was written. {aftermath(last)}
      </p>
    </Notice>
  );
}
