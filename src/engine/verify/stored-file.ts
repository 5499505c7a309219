import type { VerificationAction } from '../../shared/verification.ts';
import type { FoundFile } from '../discover/found-file.ts';
import type { DatabaseFile } from './database/file-sums.ts';
import { fileChecks } from './file-checks.ts';
import type { Findings } from './findings.ts';

/** Imports a file again, from where it is now. */
export function reimport({
  root,
  file,
}: {
  readonly root: string;
  readonly file: string;
}): VerificationAction {
  return { kind: 'reimport', files: [{ root, file }] };
}

/**
 * What the database can tell of one generation of a file without the disk.
 *
 * @param found where its lines can be read again; `newest` when the newest generation holds all of them; null when they are
 *   nowhere else any more
 */
export function checkStored(
  database: DatabaseFile,
  found: FoundFile | 'newest' | null,
  findings: Findings,
): void {
  const { root, file, lines, damaged, doubled, account } = database;
  const action = actionOf(found);
  const adviceOr = (advice: string): string => {
    if (found === null)
      return 'The file that held these lines is gone or was rewritten. Bring them back from a backup of it, or of the database.';
    if (found === 'newest')
      return 'Nothing is lost: the newest generation of the file holds everything that this older one did. Take the older one out, with `tokenhouse verify --repair`.';
    return advice;
  };
  findings.looked(fileChecks.damaged, lines - database.hashOnly);
  findings.looked(fileChecks.doubled, lines);
  findings.looked(fileChecks.coverage, 1);
  if (damaged > 0) {
    findings.add(fileChecks.damaged, {
      root,
      file,
      offset: database.firstDamaged,
      message: `${damaged} lines in the database are not the bytes that were imported.`,
      advice: adviceOr('Import the file again. If it happens once more, check the disk of the database.'),
      action,
      count: damaged,
    });
  }
  if (doubled > 0) {
    findings.add(fileChecks.doubled, {
      root,
      file,
      offset: database.firstDoubled,
      message: `${doubled} lines are there more than once.`,
      advice: adviceOr('Import the file again: the doubled lines are taken out.'),
      action,
      count: doubled,
    });
  }
  if (account.isMissing || doubled > 0) return;
  const expected = account.importedBytes + Number(account.isUnterminated);
  const covered = database.span + database.gapSpan;
  if (covered === expected) return;
  if (account.isFromLines && covered > expected && database.hole === null) return;
  findings.add(fileChecks.coverage, {
    root,
    file,
    offset: database.hole,
    message: `Lines and gaps cover ${covered} bytes of the ${expected} that the account says are imported.`,
    advice: adviceOr('Import the file again.'),
    action,
  });
}

function actionOf(found: FoundFile | 'newest' | null): VerificationAction {
  if (found === null) return { kind: 'none' };
  return found === 'newest' ? { kind: 'rebuild-checkpoints' } : reimport(found);
}
