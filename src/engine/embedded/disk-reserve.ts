import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDatabase } from './engine.ts';
import { EngineException } from './exception.ts';

/**
 * Statements that change definitions are refused when less than this is free. Inserts stop earlier (engine.ts,
 * `min_free_disk_bytes_to_perform_insert`), so that there is room for everything else.
 */
const reserveBytes = 16 * 1024 * 1024;

/**
 * Refuses to write definitions to a disk that is nearly full.
 *
 * On a full disk chdb 3.4.0 reports CREATE and ALTER as done and leaves an empty file; the database can then not be
 * opened again ("Empty query: while loading database", measured on tmpfs). Its inserts fail properly (243).
 */
export function assertReserve(databasePath: string): void {
  const disk = statfsSync(databasePath);
  if (disk.bavail * disk.bsize >= reserveBytes) return;
  throw EngineException.of(
    243,
    'NOT_ENOUGH_SPACE',
    'Not enough space on the disk to change the database safely.',
  );
}

/** Whether a statement writes definitions; those that free space are let through. */
export function writesDefinitions(firstWord: string): boolean {
  return /^(CREATE|ALTER|ATTACH|RENAME|EXCHANGE|REPLACE|UPDATE|DELETE|RESTORE)$/.test(firstWord);
}

/** Opening an existing database writes nothing of weight; making a new one does. */
export function assertRoomForNewDatabase(databasePath: string): void {
  if (!existsSync(join(databasePath, 'metadata', `${defaultDatabase}.sql`))) assertReserve(databasePath);
}
