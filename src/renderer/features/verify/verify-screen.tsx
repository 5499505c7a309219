import { assertNever } from '../../../shared/failure.ts';
import { Button, Skeleton } from '@mantine/core';
import { IconHistory, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { VerificationView } from '../../../shared/contract.ts';
import { useKnown, useSnapshot } from '../../announced.ts';
import { absolute } from '../../format.ts';
import { database, verification } from '../../stores.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useVerifyFailure } from '../../use-verify.ts';
import { FirstVerification } from './first-verification.tsx';
import { ReportView } from './report-view.tsx';
import { RunningVerification } from './running-verification.tsx';
import { useShownReport, type ShownReport } from './use-shown-report.ts';
import { CancelButton, ExportButtons, StartButton } from './verify-buttons.tsx';
import { OptionsPopover } from './verify-options.tsx';
import { titleOf } from './words.ts';
import './verify.css';

/** From what would be compared, over the verification itself, to its report. */
export function VerifyScreen() {
  const known = useKnown(verification);
  const view: VerificationView = known.status === 'known' ? known.value : { status: 'idle' };
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = useShownReport(view, chosen);
  if (view.status === 'running' || view.status === 'cancelling') {
    return (
      <Screen title={titleOf(view)} actions={<CancelButton isCancelling={view.status === 'cancelling'} />}>
        <RunningVerification view={view} />
      </Screen>
    );
  }
  return (
    <Screen title={titleOf(view)} actions={<Actions shown={shown} />} scrolls={shown.status !== 'shown'}>
      {known.status === 'failed' ? <FailureNotice failure={known.failure} /> : null}
      <Failures view={view} />
      {shown.status === 'shown' && shown.isOutdated ? (
        <Notice
          icon={IconHistory}
          tone="plain"
          title={`An earlier verification, of ${absolute(Date.parse(shown.report.startedAt))}`}
          action={<Button onClick={() => setChosen(null)}>Show the newest</Button>}
        >
          <p>What it found may be mended since.</p>
        </Notice>
      ) : null}
      <Body shown={shown} onChoose={setChosen} />
    </Screen>
  );
}

function Actions({ shown }: { readonly shown: ShownReport }) {
  if (shown.status !== 'shown') return <StartButton isAgain={false} />;
  return (
    <>
      <ExportButtons report={shown.report} />
      <OptionsPopover />
      <StartButton isAgain />
    </>
  );
}

const unchanged = 'Nothing was changed, and there is no report of it.';

/** Why there is no newer report than the one below. */
function Failures({ view }: { readonly view: VerificationView }) {
  const base = useSnapshot(database, null);
  const refused = useVerifyFailure();
  return (
    <>
      {base?.status === 'failed' ? <FailureNotice failure={base.failure} /> : null}
      {refused === null ? null : (
        <FailureNotice failure={refused} kept="The verification was not started. Nothing was changed." />
      )}
      {view.status === 'failed' ? (
        <FailureNotice failure={view.failure} kept="The verification did not come to its end." />
      ) : null}
      {view.status === 'done' && view.failure !== null ? (
        <FailureNotice
          failure={view.failure}
          kept="The import that was to mend what was found did not come to its end. Everything was verified again all the same."
        />
      ) : null}
      {view.status === 'cancelled' ? (
        <Notice icon={IconPlayerStop} tone="plain" title="The verification was cancelled">
          <p>{unchanged}</p>
        </Notice>
      ) : null}
    </>
  );
}

interface BodyProps {
  readonly shown: ShownReport;
  readonly onChoose: (verificationId: string) => void;
}

function Body({ shown, onChoose }: BodyProps) {
  switch (shown.status) {
    case 'loading':
      return <Skeleton height={160} radius={4} aria-label="Loading the last verification" />;
    case 'failed':
      return <FailureNotice failure={shown.failure} />;
    case 'none':
      return <FirstVerification />;
    case 'shown':
      return <ReportView key={shown.report.verificationId} shown={shown} onChoose={onChoose} />;
    default:
      return assertNever(shown);
  }
}
