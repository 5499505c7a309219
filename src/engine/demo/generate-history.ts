import { mkdir, open, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/failure.ts';
import { describeFsError, fsErrorCode } from '../discover/describe-fs-error.ts';
import { DemoTally, type DemoTotals } from './demo-totals.ts';
import {
  demoProjects,
  demoSummaries,
  demoVersions,
  type DemoProject,
  type DemoVersion,
} from './demo-words.ts';
import { Random } from './random.ts';
import { addApiError, tellSession } from './tell-session.ts';
import { DemoClock, Transcript, type DemoSetting } from './transcript.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A session begins at most this long before the end: Claude Code deletes after 30 days. */
const spanDays = 29;
/** From this many lines on there are damaged and unusual files too. */
const oddFilesFrom = 60;
/** Lines kept for the last session, which ends in a crash. */
const crashLines = 25;

export interface DemoOptions {
  /** Folder to create, laid out as a config directory: `<output>/projects/<project>/<session>.jsonl`. */
  readonly output: string;
  /** Lines in all files together; exactly so many are written. */
  readonly lines: number;
  /** The same seed, lines and end give the same bytes. */
  readonly seed: number;
  /** Nothing in the history is later. Milliseconds since 1970. */
  readonly endMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((lines: number) => void) | undefined;
}

/** What the sessions of a history share. */
interface History {
  readonly projectsFolder: string;
  readonly random: Random;
  readonly tally: DemoTally;
  readonly endMs: number;
}

/**
 * Writes a made-up history and answers what it adds up to.
 *
 * Several projects, versions and models; responses spread over lines with growing output; subagents, tool results,
 * thinking, forks that begin with the lines of another session, API errors, snapshots and summaries; an empty
 * file, a damaged line, a blank one and a half-written last line. Files have the time of their last line.
 * One session at a time is in memory.
 *
 * @throws AppError `invalid-input` when the folder is not empty or can't be written, `disk-full`;
 *   the signal's reason when aborted (files written so far stay).
 */
export async function generateHistory(options: DemoOptions): Promise<DemoTotals> {
  const { output, lines, seed, endMs, signal } = options;
  try {
    await requireEmpty(output);
    const projectsFolder = path.join(path.resolve(output), 'projects');
    const hasOddFiles = lines >= oddFilesFrom;
    const tally = new DemoTally(lines, hasOddFiles ? crashLines : 0);
    const history: History = { projectsFolder, random: new Random(seed), tally, endMs };
    if (hasOddFiles) await writeOddFiles(history);
    let previous: Transcript | null = null;
    while (tally.remaining > 0) {
      signal?.throwIfAborted();
      const session: Transcript = await writeSession(history, previous);
      previous = session;
      options.onProgress?.(tally.lines);
    }
    tally.release();
    if (hasOddFiles) await writeCrashedSession(history);
    return tally.totals();
  } catch (error) {
    const code = fsErrorCode(error);
    if (code === '' || signal?.aborted === true) throw error;
    throw new AppError(
      code === 'ENOSPC' ? 'disk-full' : 'invalid-input',
      `The history could not be written to ${output}: ${describeFsError(error)}. Files written so far were left there.`,
      { cause: error, path: output },
    );
  }
}

/** Never writes among other files: a made-up history must not mix with a real one. */
async function requireEmpty(output: string): Promise<void> {
  await mkdir(output, { recursive: true });
  const [first] = await readdir(output);
  if (first === undefined) return;
  throw new AppError(
    'invalid-input',
    `The folder ${output} is not empty (it holds ${first}). Nothing was written. Choose a new folder with --output.`,
    { path: output },
  );
}

/** A session and its subagents; one in twelve is a fork of the session before. */
async function writeSession(history: History, previous: Transcript | null): Promise<Transcript> {
  const { random } = history;
  const isFork = previous !== null && previous.length > 8 && random.chance(1 / 12);
  const session = isFork ? forkOf(history, previous) : startSession(history);
  if (!isFork && random.chance(0.15)) addSummary(session);
  const agents = tellSession(session, session.length + random.around(110));
  for (const transcript of [session, ...agents]) await writeTranscript(history, transcript);
  return session;
}

function startSession(history: History, from?: Transcript): Transcript {
  const { random, tally, endMs } = history;
  const project: DemoProject = from?.setting.project ?? random.pick(demoProjects);
  const version: DemoVersion = from?.setting.version ?? random.pick(demoVersions);
  const startMs = from?.setting.clock.ms ?? startOf(random, endMs);
  const sessionId = random.uuid();
  const setting: DemoSetting = {
    random,
    tally,
    clock: new DemoClock(startMs, endMs),
    project,
    branch: random.pick(project.branches),
    version,
    sessionId,
  };
  return new Transcript(`${folderOf(project)}/${sessionId}.jsonl`, setting, random.pick(version.models));
}

/** In the waking hours of one of the last days, seldom at a weekend. */
function startOf(random: Random, endMs: number): number {
  for (;;) {
    const dayStartMs = endMs - random.between(1, spanDays) * dayMs;
    const weekday = new Date(dayStartMs).getUTCDay();
    const startMs = dayStartMs + random.between(7, 21) * hourMs + random.between(0, hourMs);
    if ((weekday !== 0 && weekday !== 6) || random.chance(0.3)) return startMs;
  }
}

/** A copy of a session's first lines under a new id, as `--fork-session` makes it: same uuids, same message ids. */
function forkOf(history: History, original: Transcript): Transcript {
  const fork = startSession(history, original);
  const count = Math.min(original.length, 400, history.random.between(4, original.length));
  for (const line of original.head(count)) {
    fork.addText(line.trimEnd().replaceAll(original.setting.sessionId, fork.setting.sessionId));
  }
  return fork;
}

/** An empty file and one with nothing but summaries. */
async function writeOddFiles(history: History): Promise<void> {
  await writeTranscript(history, startSession(history));
  const summaries = startSession(history);
  addSummary(summaries);
  addSummary(summaries);
  await writeTranscript(history, summaries);
}

/** The last session: an API error, a line that lost its head, a blank line, and a record cut in the middle. */
async function writeCrashedSession(history: History): Promise<void> {
  const session = startSession(history);
  const { tally } = history;
  addApiError(session);
  session.addText(
    '"type":"user","message":{"role":"user","content":"the start of this line is lost"}}',
    'rejects',
  );
  session.addText('', 'blanks');
  const note = { subtype: 'informational', content: 'Checking for updates', level: 'info' };
  while (tally.remaining > 1) session.add('system', 1000, note);
  const { sessionId } = session.setting;
  session.addText(
    `{"type":"user","sessionId":"${sessionId}","message":{"role":"user","content":"cut he`,
    'pending',
  );
  await writeTranscript(history, session);
}

function addSummary(transcript: Transcript): void {
  const { random } = transcript.setting;
  transcript.addLoose({ type: 'summary', summary: random.pick(demoSummaries), leafUuid: random.uuid() });
}

async function writeTranscript(history: History, transcript: Transcript): Promise<void> {
  const target = path.join(history.projectsFolder, ...transcript.file.split('/'));
  await mkdir(path.dirname(target), { recursive: true });
  const bytes = Buffer.from(transcript.text);
  const handle = await open(target, 'wx');
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
  const modified = new Date(transcript.setting.clock.ms);
  await utimes(target, modified, modified);
  history.tally.addFile(bytes.length);
}

/** As Claude Code names project folders: everything but ASCII letters and digits becomes `-`. */
function folderOf(project: DemoProject): string {
  return project.cwd.replaceAll(/[^a-z0-9]/gi, '-');
}
