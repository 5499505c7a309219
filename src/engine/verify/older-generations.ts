import { readSuperseded } from '../checkpoints/superseded.ts';
import type { DatabaseFile } from './database/file-sums.ts';
import { checkStored } from './stored-file.ts';
import type { Verification } from './verify.ts';

/** Generations that a rewrite has replaced are nowhere but in the database, unless the newest holds all of them as well. */
export async function checkOlder(
  { engine, database, findings }: Verification,
  older: readonly DatabaseFile[],
): Promise<void> {
  if (older.length === 0) return;
  const superseded = await readSuperseded(database.client, engine.source, 'wanting');
  const held = new Set(superseded.map(nameOf));
  for (const one of older) checkStored(one, held.has(nameOf(one)) ? 'newest' : null, findings);
}

function nameOf({ root, file, generation }: Pick<DatabaseFile, 'root' | 'file' | 'generation'>): string {
  return `${root}\0${file}\0${generation}`;
}
