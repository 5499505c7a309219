import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  appFolder,
  argumentsFor,
  environmentOf,
  expect,
  isPackaged,
  test,
  type Computer,
} from './tokenhouse.ts';

const electron = isPackaged ? '' : (createRequire(join(appFolder, 'package.json'))('electron') as string);

/** What the application says and shows when it does not start: its exit code, stderr, and the texts of the dialog. */
async function startInVain(
  computer: Computer,
  args: readonly string[],
): Promise<{ code: number | null; said: string; shown: string }> {
  // A dialog waits for a person: this one is written down in its place.
  const folder = await mkdtemp(join(tmpdir(), 'tokenhouse-recorder-'));
  const recorder = join(folder, 'recorder.cjs');
  await writeFile(
    recorder,
    "require('electron').dialog.showErrorBox = (title, content) => console.log(title + ': ' + content);",
  );
  const child = spawn(electron, ['--require', recorder, ...args], {
    env: environmentOf(computer),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const [[code], said, shown] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stderr),
    text(child.stdout),
  ]);
  await rm(folder, { recursive: true });
  return { code, said, shown };
}

test.skip(isPackaged, 'a packaged program takes no --require');

test('a profile that cannot be made is told on stderr and in a dialog, with exit code 1', async ({
  computer,
}) => {
  const file = join(computer.home, 'file');
  await writeFile(file, '');
  const profile = join(file, 'profile');
  const sentence = `The data folder ${profile} cannot be made or written (ENOTDIR). Correct its permissions, or choose another data folder.`;
  const { code, said, shown } = await startInVain(computer, argumentsFor({ ...computer, profile }));
  expect(said).toContain(`error: ${sentence}\n`);
  expect(shown).toContain(`Tokenhouse could not start: ${sentence}\n`);
  expect(code).toBe(1);
});

test('a home that cannot be used is told in words, without a stack', async ({ computer }) => {
  test.skip(process.platform !== 'linux', 'elsewhere the system, not HOME, says where profiles are');
  const home = join(computer.home, 'file');
  await writeFile(home, '');
  const args = argumentsFor(computer).filter((one) => !one.startsWith('--user-data-dir'));
  const { code, said, shown } = await startInVain({ ...computer, home }, args);
  const sentence = `The data folder ${join(home, '.config', 'Tokenhouse')} cannot be made or written (ENOTDIR).`;
  expect(said).toContain(`error: ${sentence}`);
  expect(said).not.toMatch(/^ +at /m);
  expect(shown).toContain(sentence);
  expect(code).toBe(1);
});

test('a lock that finds no room is not taken for another window', async ({ computer }) => {
  test.skip(process.getuid?.() !== 0 || process.platform !== 'linux', 'only root may mount');
  await mkdir(computer.profile);
  // One file for the folder itself, and none for the lock.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=1', 'tmpfs', computer.profile]);
  try {
    const { code, said, shown } = await startInVain(computer, argumentsFor(computer));
    expect(said).toContain(`error: The disk that holds ${computer.profile} is full.`);
    expect(shown).toContain(`The disk that holds ${computer.profile} is full.`);
    expect(code).toBe(1);
  } finally {
    execFileSync('umount', ['-l', computer.profile]);
  }
});
