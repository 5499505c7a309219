import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFailure } from '../../../src/engine/embedded/start-failure.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tokenhouse-start-failure-'));
const command = {
  node: process.execPath,
  serverScript: process.execPath,
  dataDir,
  memoryLimitMb: 320,
  graceMs: 0,
};

describe('a server that did not come up', () => {
  it.each([
    ['busy', 'Cannot lock file', 'data-dir-busy', /Another program holds/],
    [
      'refused',
      'Load job failed: Code: 241. DB::Exception: (total) memory limit exceeded',
      'embedded-failed',
      /320 MiB/,
    ],
    ['refused', 'No space left on device', 'disk-full', /Free some space/],
    ['refused', 'filesystem error: Permission denied', 'data-dir-unwritable', /permissions/],
    ['refused', 'Checksum does not match', 'embedded-damaged', /may be damaged/],
    ['failed', 'Segmentation fault', 'embedded-failed', /The log is in/],
  ] as const)('%s, %s: says what it is and what to do', (reason, text, code, words) => {
    const failure = startFailure(command, { state: 'failed', reason, text });
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain(dataDir);
  });
});
