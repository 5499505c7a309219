import { describe, expect, it, vi } from 'vitest';
import { createCurrentDatabase, type OpenDatabase, type OpenedDatabase } from '../../src/main/database.ts';
import type { DatabaseState } from '../../src/shared/contract.ts';
import { AppError } from '../../src/shared/failure.ts';
import { memoryLog } from '../fakes/memory-log.ts';

/** A database that counts what is done with it and can be lost. */
class FakeDatabase implements OpenedDatabase {
  readonly kind = 'embedded';
  readonly version = '26.7.2.1';
  readonly place = '/data/clickhouse';
  readonly calls: string[] = [];
  lines = 0;
  ensured: Error | null = null;

  measure(): ReturnType<OpenedDatabase['measure']> {
    return Promise.resolve({ diskBytes: this.lines * 10, lines: this.lines, files: 2, fileBytes: 900 });
  }
  ensure(): Promise<void> {
    this.calls.push('ensure');
    return this.ensured ? Promise.reject(this.ensured) : Promise.resolve();
  }
  close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }
}

function setUp(open?: OpenDatabase<FakeDatabase>) {
  const fake = new FakeDatabase();
  const states: DatabaseState[] = [];
  const log = memoryLog();
  const hooksOfOpen: Parameters<OpenDatabase<FakeDatabase>>[0][] = [];
  const database = createCurrentDatabase<FakeDatabase>({
    open:
      open ??
      ((hooks) => {
        fake.calls.push('open');
        hooksOfOpen.push(hooks);
        return Promise.resolve(fake);
      }),
    onChange: (state) => states.push(state),
    log,
  });
  return { database, fake, states, log, lose: (reason: string) => hooksOfOpen.at(-1)?.onLost(reason) };
}

describe('createCurrentDatabase', () => {
  it('opens once however often it is asked for, and says what was opened', async () => {
    const { database, fake, states } = setUp();
    await Promise.all([database.opened(), database.opened()]);
    expect(fake.calls).toEqual(['open']);
    expect(states).toEqual([
      { status: 'starting' },
      {
        status: 'ready',
        kind: 'embedded',
        version: '26.7.2.1',
        place: '/data/clickhouse',
        diskBytes: 0,
        lines: 0,
        files: 2,
        fileBytes: 900,
      },
    ]);
  });

  it('says why it could not be opened, and tries again when asked again', async () => {
    let attempts = 0;
    const fake = new FakeDatabase();
    const { database } = setUp(() => {
      attempts += 1;
      if (attempts > 1) return Promise.resolve(fake);
      return Promise.reject(new AppError('data-dir-busy', 'Another program holds it.'));
    });
    await expect(database.opened()).rejects.toMatchObject({ code: 'data-dir-busy' });
    expect(database.state()).toEqual({
      status: 'failed',
      failure: { code: 'data-dir-busy', message: 'Another program holds it.' },
    });
    await database.opened();
    expect(database.state().status).toBe('ready');
  });

  it('measures again when something was written', async () => {
    const { database, fake } = setUp();
    await database.opened();
    fake.lines = 12;
    await database.refresh();
    expect(database.state()).toMatchObject({ status: 'ready', lines: 12, diskBytes: 120 });
  });

  it('starts again when it is lost', async () => {
    const { database, fake, states, lose } = setUp();
    await database.opened();
    lose('The process went away.');
    await vi.waitFor(() => expect(database.state().status).toBe('ready'), { timeout: 20_000 });
    expect(fake.calls).toEqual(['open', 'ensure']);
    expect(states.map(({ status }) => status)).toEqual(['starting', 'ready', 'starting', 'ready']);
    expect(await database.opened()).toBe(fake);
  });

  it('gives up when it goes away again and again, until asked for anew', async () => {
    const { database, fake, lose } = setUp();
    await database.opened();
    for (let times = 0; times < 4; times += 1) {
      lose('The process went away.');
      await vi.waitFor(() => expect(database.state().status).not.toBe('starting'), { timeout: 20_000 });
    }
    expect(database.state()).toMatchObject({ status: 'failed', failure: { code: 'embedded-failed' } });
    expect(fake.calls.at(-1)).toBe('close');
    await database.opened();
    expect(database.state().status).toBe('ready');
  });

  it('closes what is open and is silent afterwards', async () => {
    const { database, fake, states, lose } = setUp();
    await database.opened();
    const count = states.length;
    await database.close();
    lose('The process went away.');
    await database.refresh();
    expect(fake.calls).toEqual(['open', 'close']);
    expect(states).toHaveLength(count);
  });

  it('gives up opening when the application quits', async () => {
    const { database } = setUp(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    const opening = database.opened();
    opening.catch(() => undefined);
    await database.close();
    await expect(opening).rejects.toThrow();
  });
});
