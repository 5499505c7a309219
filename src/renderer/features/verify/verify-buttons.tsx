import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileExport, IconPlayerStop, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { VerificationReport } from '../../../shared/verification.ts';
import { ask, failureOf } from '../../api.ts';
import { PrimaryAction } from '../../ui/primary-action.tsx';
import { useVerify, useWhyNotVerify } from '../../use-verify.ts';

/** The answer is the announcement of the new state. */
function ignore() {}

export function StartButton({ isAgain }: { readonly isAgain: boolean }) {
  const verify = useVerify();
  return (
    <PrimaryAction
      label={isAgain ? 'Verify again' : 'Verify now'}
      icon={IconShieldCheck}
      reason={useWhyNotVerify()}
      isPending={verify.isPending}
      onClick={() => verify.mutate()}
    />
  );
}

export function CancelButton({ isCancelling }: { readonly isCancelling: boolean }) {
  return (
    <Tooltip
      label="Nothing is changed by a verification, and nothing is kept of one that is cancelled."
      position="left"
    >
      <Button
        className="run-action"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={isCancelling}
        onClick={() => void ask.cancelVerification().catch(ignore)}
      >
        {isCancelling ? 'Cancelling' : 'Cancel'}
      </Button>
    </Tooltip>
  );
}

/** The report as a page for people and as a document for programs. */
export function ExportButtons({ report: { verificationId } }: { readonly report: VerificationReport }) {
  const write = useMutation({
    mutationFn: (format: 'html' | 'json') => ask.exportReport({ verificationId, format }),
    onSuccess: (path) => {
      if (path !== null) notifications.show({ title: 'The report was written', message: path });
    },
    onError: (error) => {
      const { message } = failureOf(error);
      notifications.show({ title: 'The report was not written', message, color: 'red', autoClose: false });
    },
  });
  return (
    <>
      {(['html', 'json'] as const).map((format) => (
        <Button
          key={format}
          leftSection={<IconFileExport size={16} aria-hidden />}
          loading={write.isPending && write.variables === format}
          onClick={() => write.mutate(format)}
        >
          Export {format.toUpperCase()}
        </Button>
      ))}
    </>
  );
}
