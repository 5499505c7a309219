import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { toFailure } from '../shared/failure.ts';

/** Says why nothing starts, on stderr and where a person looks who has no terminal, and ends with exit code 1. */
export async function refuseStart(error: unknown): Promise<void> {
  const { message } = toFailure(error);
  process.stderr.write(`error: ${message}\n`);
  try {
    // Without a folder for its own files Electron never becomes ready, and before that there are no dialogs.
    const profile = mkdtempSync(join(tmpdir(), 'tokenhouse-refused-'));
    app.setPath('userData', profile);
    await app.whenReady();
    dialog.showErrorBox('Tokenhouse could not start', message);
    rmSync(profile, { recursive: true, force: true });
  } finally {
    app.exit(1);
  }
}
