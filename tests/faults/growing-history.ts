import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/engine/demo/random.ts';
import { MadeUpSession } from './made-up-lines.ts';

/** Files that somebody keeps writing to. */
export interface GrowingHistory {
  /** Lines that are finished so far. */
  readonly lines: () => number;
  /** Finishes the lines that are half written, and stops. */
  readonly stop: () => Promise<void>;
}

interface GrowingFile {
  readonly path: string;
  readonly session: MadeUpSession;
  /** The rest of a line whose beginning is in the file. */
  rest: Buffer | null;
}

/**
 * Keeps appending to transcripts below a folder: whole lines in bursts, half lines - cut anywhere, also inside a character
 * - that are finished by a later burst, and new files.
 */
export async function growHistory(folder: string, seed: number, pauseMs = 25): Promise<GrowingHistory> {
  const random = new Random(seed);
  const files: GrowingFile[] = [];
  let lines = 0;
  const stopped = new AbortController();

  async function addFile(): Promise<void> {
    const name = `${files.length}`;
    const project = join(folder, `-project-${files.length % 3}`);
    await mkdir(project, { recursive: true });
    const file: GrowingFile = {
      path: join(project, `${name}.jsonl`),
      session: new MadeUpSession(seed * 1000 + files.length),
      rest: null,
    };
    await writeFile(file.path, '');
    files.push(file);
  }

  async function finish(file: GrowingFile): Promise<void> {
    if (file.rest === null) return;
    await appendFile(file.path, file.rest);
    file.rest = null;
    lines += 1;
  }

  async function write(): Promise<void> {
    if (files.length < 3 || random.chance(0.03)) await addFile();
    const file = files[random.between(0, files.length - 1)]!;
    await finish(file);
    const whole = file.session.lines(random.between(1, 30));
    await appendFile(file.path, whole.map((line) => `${line}\n`).join(''));
    lines += whole.length;
    if (!random.chance(0.4)) return;
    const next = Buffer.from(`${file.session.turn()[0] ?? ''}\n`);
    const cut = random.between(1, next.length - 1);
    await appendFile(file.path, next.subarray(0, cut));
    file.rest = next.subarray(cut);
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await write();
      await sleep(pauseMs);
    }
    for (const file of files) await finish(file);
  }

  await write();
  const running = run();
  return {
    lines: () => lines,
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
