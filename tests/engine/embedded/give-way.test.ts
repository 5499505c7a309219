import { spawn } from 'node:child_process';
import { getPriority } from 'node:os';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const module = pathToFileURL(resolve(import.meta.dirname, '../../../src/engine/embedded/give-way.ts')).href;
const script = `
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { giveWay } from '${module}';
const file = '/proc/self/autogroup';
const groupNow = () => /nice (-?\\d+)/.exec(existsSync(file) ? readFileSync(file, 'utf8') : '')?.[1] ?? null;
const groupBefore = groupNow();
giveWay();
process.stdout.write(JSON.stringify({ own: getPriority(), groupBefore, group: groupNow() }));
`;

interface Niceness {
  readonly own: number;
  /**
   * Of the session, before and after giving way; null where the kernel groups nothing, or not this session. Only the
   * process itself can tell: its session may be grouped where that of the tests is not (one that is as old as the system).
   */
  readonly groupBefore: string | null;
  readonly group: string | null;
}

async function nicenessOf({ detached }: { readonly detached: boolean }): Promise<Niceness> {
  const options = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, options, { detached, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) said += String(chunk);
  return JSON.parse(said) as Niceness;
}

test('a process of its own session gives way with the whole session', async () => {
  const niceness = await nicenessOf({ detached: true });
  expect(niceness.own).toBe(Math.max(5, getPriority()));
  expect(niceness.group).toBe(niceness.groupBefore === null ? null : '2');
});

test('the session of somebody else is left as it is', async () => {
  const niceness = await nicenessOf({ detached: false });
  expect(niceness.own).toBe(Math.max(5, getPriority()));
  expect(niceness.group).toBe(niceness.groupBefore);
});
