import type { Log } from '../engine/log.ts';
import type { DatabaseState } from '../shared/contract.ts';
import { AppError, toFailure } from '../shared/failure.ts';

/** What the window's database can do; the engine's `Database` with its size. */
export interface OpenedDatabase {
  readonly kind: 'embedded' | 'server';
  readonly version: string;
  readonly place: string;
  measure(): Promise<{
    readonly diskBytes: number;
    readonly lines: number;
    readonly files: number;
    readonly fileBytes: number;
  }>;
  /** Starts it again after it was lost. */
  ensure(): Promise<void>;
  close(): Promise<void>;
}

export type OpenDatabase<Opened extends OpenedDatabase> = (hooks: {
  readonly signal: AbortSignal;
  readonly onLost: (reason: string) => void;
}) => Promise<Opened>;

/** The database that the window looks at. Only it writes the database's state. */
export interface CurrentDatabase<Opened extends OpenedDatabase> {
  state(): DatabaseState;
  /** Opens it when it is not open; so asking again after a failure tries again. */
  opened(): Promise<Opened>;
  /** Measures it again, after something was written. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** A database that goes away more often than this in a minute is not started again. */
const mostRestarts = 3;

export function createCurrentDatabase<Opened extends OpenedDatabase>(options: {
  readonly open: OpenDatabase<Opened>;
  readonly onChange: (state: DatabaseState) => void;
  readonly log: Log;
}): CurrentDatabase<Opened> {
  const { open, onChange, log } = options;
  const closing = new AbortController();
  let state: DatabaseState = { status: 'starting' };
  let opening: Promise<Opened> | null = null;
  let restartsMs: number[] = [];

  function change(next: DatabaseState): void {
    if (closing.signal.aborted) return;
    state = next;
    onChange(next);
  }

  /** Keeps what `open` or a restart gives, as long as it works. */
  function begin(start: () => Promise<Opened>): Promise<Opened> {
    change({ status: 'starting' });
    const mine = start().then(async (database) => {
      await show(database);
      return database;
    });
    opening = mine;
    mine.catch((error: unknown) => {
      if (opening === mine) opening = null;
      const failure = toFailure(error);
      if (!closing.signal.aborted)
        log.error('The database could not be opened', { code: failure.code, error });
      change({ status: 'failed', failure });
    });
    return mine;
  }

  async function show(database: Opened): Promise<void> {
    const { kind, version, place } = database;
    change({ status: 'ready', kind, version, place, ...(await database.measure()) });
  }

  function openFresh(): Promise<Opened> {
    return begin(() => open({ signal: closing.signal, onLost: restart }));
  }

  function restart(reason: string): void {
    const lost = opening;
    if (closing.signal.aborted || lost === null) return;
    log.warn('The database was lost', { reason });
    const nowMs = Date.now();
    restartsMs = [...restartsMs.filter((ms) => ms > nowMs - 60_000), nowMs];
    const isHopeless = restartsMs.length > mostRestarts;
    begin(async () => {
      const database = await lost;
      if (isHopeless) {
        await database.close();
        throw new AppError('embedded-failed', 'The database stopped several times within a minute.', {
          detail: reason,
        });
      }
      await database.ensure();
      return database;
    }).catch(() => undefined);
  }

  return {
    state: () => state,
    opened: () => opening ?? openFresh(),
    refresh: async () => {
      try {
        if (opening !== null) await show(await opening);
      } catch (error) {
        log.warn('The database could not be measured', { error });
      }
    },
    close: async () => {
      const last = opening;
      closing.abort();
      try {
        await (await last)?.close();
      } catch (error) {
        log.warn('The database was not closed cleanly', { error });
      }
    },
  };
}
