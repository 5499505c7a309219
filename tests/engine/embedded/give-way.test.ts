import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const module = pathToFileURL(resolve(import.meta.dirname, '../../../src/engine/embedded/give-way.ts')).href;
const script = `
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { giveWay } from '${module}';
giveWay();
const file = '/proc/self/autogroup';
const group = existsSync(file) ? readFileSync(file, 'utf8') : '';
process.stdout.write(JSON.stringify({ own: getPriority(), group: /nice (-?\\d+)/.exec(group)?.[1] ?? null }));
`;

interface Niceness {
  readonly own: number;
  /** Of the session, where the system has such. */
  readonly group: string | null;
}

async function nicenessOf({ detached }: { readonly detached: boolean }): Promise<Niceness> {
  const options = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, options, { detached, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) said += String(chunk);
  return JSON.parse(said) as Niceness;
}

function ownGroup(): string | null {
  const file = '/proc/self/autogroup';
  return existsSync(file) ? (/nice (-?\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? null) : null;
}

test('a process of its own session gives way with the whole session', async () => {
  const niceness = await nicenessOf({ detached: true });
  expect(niceness.own).toBe(Math.max(5, getPriority()));
  expect(niceness.group).toBe(ownGroup() === null ? null : '2');
});

test('the session of somebody else is left as it is', async () => {
  const niceness = await nicenessOf({ detached: false });
  expect(niceness.own).toBe(Math.max(5, getPriority()));
  expect(niceness.group).toBe(ownGroup());
});
