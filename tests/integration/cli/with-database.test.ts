import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { withDatabase } from '../../../src/cli/with-database.ts';
import type { Database } from '../../../src/engine/clickhouse/connect.ts';
import { makeWorkspace } from '../migrate/workspace.ts';

const { engine } = await makeWorkspace();
const context = {
  signal: new AbortController().signal,
  openDatabase: () => engine.openDatabase(),
} as CommandContext;

/** A question during which the database dies so many times. */
function questionWith(deaths: number): (database: Database) => Promise<string> {
  let left = deaths;
  return async ({ client, pid }) => {
    if (left-- > 0 && pid !== null) process.kill(pid, 'SIGKILL');
    const answer = await client.query({ query: 'SELECT 42 AS answer FROM lines', format: 'TabSeparated' });
    return answer.text();
  };
}

test('a question is asked again when the embedded database dies meanwhile', async () => {
  expect(await withDatabase(context, questionWith(1))).toBe('');
  expect(await withDatabase(context, questionWith(2))).toBe('');
});

test('but not for ever, and not when it must not be done twice', async () => {
  const lost = { code: 'database-unreachable' };
  await expect(withDatabase(context, questionWith(3))).rejects.toMatchObject(lost);
  await expect(withDatabase(context, questionWith(1), { once: true })).rejects.toMatchObject(lost);
});

test('what the question itself does wrong is told at once', async () => {
  let asked = 0;
  const wrong = withDatabase(context, async ({ client }) => {
    asked += 1;
    await client.command({ query: 'SELECT nothing FROM nowhere' });
  });
  await expect(wrong).rejects.toMatchObject({ code: 'database-failed' });
  expect(asked).toBe(1);
});
