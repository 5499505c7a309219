import { fsErrorCode } from '../discover/describe-fs-error.ts';

const meanwhile =
  'New lines still come in, those of sessions at work within seconds, others up to a minute later.';

/** Why changes are not announced, what it means and what to do, in words. */
export function describeWatchError(error: unknown, platform = process.platform): string {
  const code = fsErrorCode(error);
  if (code === 'ENOSPC') {
    return `The system watches as many folders as it may (ENOSPC), so not every folder announces its changes. ${meanwhile} To raise the limit: sudo sysctl fs.inotify.max_user_watches=524288, and the same setting in /etc/sysctl.d to keep it. It is tried again every ten minutes.`;
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    const advice =
      platform === 'linux'
        ? 'To raise the limits: sudo sysctl fs.inotify.max_user_instances=512, and ulimit -n for open files.'
        : 'Close programs that hold many files, or raise the limit of open files.';
    return `Too many files or watches are open (${code}), so not every folder announces its changes. ${meanwhile} ${advice} It is tried again every ten minutes.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The system stopped announcing changes of some folders: ${reason}. ${meanwhile} Nothing needs to be done; it is tried again every ten minutes.`;
}

export function describeNetworkFolder(folder: string, network: string): string {
  return `${folder} is on a network drive (${network}), which does not announce what other computers write. ${meanwhile} To have them at once, run Tokenhouse on the computer that holds the folder.`;
}
