import {
  appendFile,
  copyFile,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import * as fc from 'fast-check';
import { startCli } from '../integration/cli/run-cli.ts';
import type { ModelledHistory } from './modelled-history.ts';

/** What is known of the files: their names, each with the rest of its half-written line, if there is one. */
export type FilesModel = Map<string, Buffer | null>;

type Command = fc.AsyncCommand<FilesModel, ModelledHistory>;
type Change = (files: FilesModel, history: ModelledHistory, name: string) => Promise<void>;

/** Something that happens to one of the files; which one is chosen among those there are. */
function onFile(label: string, which: number, change: Change): Command {
  return {
    check: (files) => files.size > 0,
    run: async (files, history) => {
      const names = [...files.keys()];
      await change(files, history, names[which % names.length]!);
      await history.noteFiles();
    },
    toString: () => `${label} file ${which}`,
  };
}

function onDatabase(label: string, run: (history: ModelledHistory) => Promise<void>): Command {
  return { check: () => true, run: (_, history) => run(history), toString: () => label };
}

const finish: Change = async (files, history, name) => {
  await appendFile(history.pathOf(name), files.get(name) ?? Buffer.alloc(0));
  files.set(name, null);
};

const appendHalf =
  (cut: number): Change =>
  async (files, history, name) => {
    if (files.get(name) !== null) await finish(files, history, name);
    const line = Buffer.from(history.newText(1));
    const at = 1 + (cut % (line.length - 1));
    await appendFile(history.pathOf(name), line.subarray(0, at));
    files.set(name, line.subarray(at));
  };

const appendWhole =
  (lines: number): Change =>
  async (files, history, name) => {
    await finish(files, history, name);
    await appendFile(history.pathOf(name), history.newText(lines));
  };

const cutOff =
  (share: number): Change =>
  async (files, history, name) => {
    const { size } = await stat(history.pathOf(name));
    await truncate(history.pathOf(name), Math.floor((size * share) / 100));
    files.set(name, null);
  };

/** Other content of about the same kind. The same size: with other letters, and the times as they were. */
const rewrite =
  (how: 'shorter' | 'longer' | 'same size'): Change =>
  async (files, history, name) => {
    const path = history.pathOf(name);
    const { atime, mtime } = await stat(path);
    const text = await readFile(path, 'utf8');
    const lines = text.split('\n').length;
    const swapped = text.replaceAll(/"(user|USER)"/g, (word) => (word === '"user"' ? '"USER"' : '"user"'));
    const other = history.newText(how === 'longer' ? lines + 3 : Math.max(1, lines >> 1));
    await writeFile(path, how === 'same size' ? swapped : other);
    if (how === 'same size') await utimes(path, atime, mtime);
    else files.set(name, null);
  };

/** As editors and `rsync` write: a new file under the old name. */
const replace =
  (keeps: boolean): Change =>
  async (files, history, name) => {
    const path = history.pathOf(name);
    await finish(files, history, name);
    await writeFile(`${path}.tmp`, (keeps ? await readFile(path, 'utf8') : '') + history.newText(2));
    await rename(`${path}.tmp`, path);
  };

const moveTo =
  (name: string): Change =>
  async (files, history, old) => {
    if (name === old) return;
    await rename(history.pathOf(old), history.pathOf(name));
    files.set(name, files.get(old) ?? null);
    files.delete(old);
  };

const copyTo =
  (name: string): Change =>
  async (files, history, original) => {
    if (name === original) return;
    await copyFile(history.pathOf(original), history.pathOf(name));
    files.set(name, files.get(original) ?? null);
  };

const remove: Change = async (files, history, name) => {
  await rm(history.pathOf(name));
  files.delete(name);
};

export async function createFile(
  files: FilesModel,
  history: ModelledHistory,
  name: string,
  lines: number,
): Promise<void> {
  await writeFile(history.pathOf(name), history.newText(lines));
  files.set(name, null);
  await history.noteFiles();
}

function create(name: string, lines: number): Command {
  return {
    check: (files) => !files.has(name),
    run: (files, history) => createFile(files, history, name, lines),
    toString: () => `create ${name} with ${lines} lines`,
  };
}

/** A run of the command line that is killed at a seam; one that has nothing to do there ends by itself. */
async function killRun(history: ModelledHistory, table: string, skip: number): Promise<void> {
  const { proxy, cliArgs } = history.scene;
  const { process: child, result } = startCli(cliArgs('--batch-size', '2'));
  const onHit = (): boolean => child.kill('SIGKILL');
  proxy.inject({ when: { table }, fault: { is: 'reset-after-commit' }, skip, onHit });
  await result;
  proxy.clear();
}

async function loseAcknowledgement(history: ModelledHistory, table: string, skip: number): Promise<void> {
  history.scene.proxy.inject({ when: { table }, fault: { is: 'reset-after-commit' }, skip });
  await history.runAndCompare(2);
  history.scene.proxy.clear();
}

const restart = async (history: ModelledHistory): Promise<void> => {
  await history.scene.database.kill();
  await history.scene.database.revive();
};

const which = fc.nat(7);
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const lines = fc.integer({ min: 1, max: 8 });
const seam = fc.constantFrom('lines', 'response_evidence', 'file_states');

/** Everything that can happen. Runs come often: what happens between two of them is what matters. */
export const historyCommands: fc.Arbitrary<Command>[] = [
  fc.tuple(name, lines).map(([file, count]) => create(file, count)),
  fc.tuple(which, lines).map(([file, count]) => onFile(`append ${count} to`, file, appendWhole(count))),
  fc.tuple(which, fc.nat(500)).map(([file, cut]) => onFile(`half a line (${cut}) to`, file, appendHalf(cut))),
  which.map((file) => onFile('finish', file, finish)),
  fc.tuple(which, fc.nat(99)).map(([file, share]) => onFile(`cut to ${share} %`, file, cutOff(share))),
  fc
    .tuple(which, fc.constantFrom('shorter', 'longer', 'same size'))
    .map(([file, how]) => onFile(`rewrite ${how}`, file, rewrite(how))),
  fc.tuple(which, fc.boolean()).map(([file, keeps]) => onFile(`replace (${keeps})`, file, replace(keeps))),
  fc.tuple(which, name).map(([file, to]) => onFile(`move to ${to}`, file, moveTo(to))),
  fc.tuple(which, name).map(([file, to]) => onFile(`copy to ${to}`, file, copyTo(to))),
  which.map((file) => onFile('remove', file, remove)),
  ...[1, 3, 1000].map((rows) =>
    fc.constant(onDatabase(`run (${rows})`, (history) => history.runAndCompare(rows))),
  ),
  fc
    .tuple(seam, fc.nat(3))
    .map(([table, skip]) =>
      onDatabase(`killed run (${table} ${skip})`, (history) => killRun(history, table, skip)),
    ),
  fc
    .tuple(seam, fc.nat(3))
    .map(([table, skip]) =>
      onDatabase(`lost acknowledgement (${table} ${skip})`, (history) =>
        loseAcknowledgement(history, table, skip),
      ),
    ),
  fc.constant(onDatabase('restart of the database', restart)),
];
