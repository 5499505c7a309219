import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const launchFile = pathToFileURL(resolve(import.meta.dirname, '..', '..', 'scripts', 'launch.mjs')).href;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenhouse-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Says which signals it gets, and ends a moment after the first; by itself after a while. */
const application = `
  let count = 0;
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {
    console.log(name);
    count += 1;
    if (count === 1) setTimeout(() => process.exit(), 1800);
  });
  setTimeout(() => process.exit(), 4500);
  console.log('up ' + process.ppid);`;

/** A shell between us and the script, as npm has one. Answers what the application says. */
function startInShell(npm: Readonly<Record<string, string>>) {
  const script = join(folder, 'script.mjs');
  writeFileSync(
    script,
    `import { launch } from ${JSON.stringify(launchFile)};
     await launch(process.execPath, ['-e', ${JSON.stringify(application)}]);`,
  );
  const { npm_lifecycle_event: _ours, ...env } = process.env;
  // The command after it keeps the shell from becoming the script.
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${script}"; exit $?`], {
    env: { ...env, DISPLAY: ':0', ...npm },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(shell.stdout, 'close');
  const up = async (): Promise<number> => {
    while (!said.includes('up ')) await sleep(20);
    return Number(/up (\d+)/.exec(said)?.[1]);
  };
  const words = async (): Promise<string[]> => {
    await closed;
    return said.trim().split('\n').slice(1);
  };
  return { shell, up, words };
}

test.skipIf(process.platform === 'win32')(
  'a SIGTERM that ends only the shell of npm ends the application',
  async () => {
    const { shell, up, words } = startInShell({ npm_lifecycle_event: 'start' });
    await up();
    shell.kill('SIGTERM');
    expect(await words()).toEqual(['SIGTERM']);
  },
  15_000,
);

test.skipIf(process.platform === 'win32')(
  'after a signal of its own the application gets no second one',
  async () => {
    const { shell, up, words } = startInShell({ npm_lifecycle_event: 'start' });
    process.kill(await up(), 'SIGINT');
    shell.kill('SIGTERM');
    expect(await words()).toEqual(['SIGINT']);
  },
  15_000,
);

test.skipIf(process.platform === 'win32')(
  'without npm the application outlives the shell that started it',
  async () => {
    const { shell, up, words } = startInShell({});
    await up();
    shell.kill('SIGTERM');
    expect(await words()).toEqual([]);
  },
  15_000,
);
