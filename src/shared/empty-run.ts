import type { Account, Progress } from './run.ts';

/** A run that has only just been asked for. */
export const emptyProgress: Progress = {
  phase: 'connecting',
  waiting: null,
  watch: null,
  elapsedMs: 0,
  filesTotal: 0,
  filesDone: 0,
  filesUnchanged: 0,
  bytesTotal: 0,
  bytesDone: 0,
  records: 0,
  rejects: 0,
  blanks: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  rates: { bytes: 0, records: 0, tokens: 0 },
  remainingSeconds: null,
  currentFile: '',
  rejectsByReason: {},
  filesFailed: 0,
  problems: [],
  memoryBytes: 0,
};

/** What an account is before the first line. */
export const emptyAccount: Account = {
  files: 0,
  bytes: 0,
  lines: 0,
  records: 0,
  rejects: 0,
  blanks: 0,
  pending: 0,
};
