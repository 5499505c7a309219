import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrueCheckpoints } from '../../../src/engine/checkpoints/true-checkpoints.ts';
import { connect, type Database } from '../../../src/engine/clickhouse/connect.ts';
import { readHoldings, readLastRun } from '../../../src/engine/clickhouse/queries/last-run.ts';
import { searchText } from '../../../src/engine/clickhouse/queries/search-text.ts';
import { readTopSessions } from '../../../src/engine/clickhouse/queries/top-sessions.ts';
import { readTotals } from '../../../src/engine/clickhouse/queries/totals.ts';
import { loadPrices } from '../../../src/engine/prices/load-prices.ts';
import { refreshPrices } from '../../../src/engine/prices/refresh-prices.ts';
import { renewEvidence } from '../../../src/engine/reparse/renew-evidence.ts';
import {
  readAllTotals,
  readDailyTotals,
  readLineTotals,
  readViewTotals,
} from '../../../src/engine/verify/database/line-totals.ts';
import { addNewEvidence, generateHistory, sessionIdOf, source } from './generate.ts';

/** How long one question takes, of so many lines in the database. */
export interface QueryTime {
  readonly name: string;
  readonly sizeLines: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU time of the database for one answer: what the clock would say on an idle machine of one core. */
  readonly cpuMs: number;
  /** Null where nobody waits for the answer. */
  readonly targetMs: number | null;
}

export interface ScenarioOptions {
  /** Lines of each database. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Folder of the checkout, which is built. */
  readonly root: string;
  /** Where databases are made and kept; made anew where they are missing. */
  readonly folder?: string;
  readonly onProgress?: (message: string) => void;
}

/** Set by `run`: this file is bundled to another place. */
const files = { migrations: '', embeddedServer: '', extractWorker: '', inspectWorker: '', verifyWorker: '' };

const never = new AbortController().signal;

interface Question {
  readonly name: string;
  readonly targetMs: number | null;
  /** Of questions that nobody waits for fewer rounds will do. */
  readonly rounds?: number;
  readonly ask: (database: Database) => Promise<unknown>;
}

const rowsOf = async ({ client }: Database, query: string): Promise<unknown> =>
  (await client.query({ query, format: 'JSONEachRow' })).json();

const usageOfYear: Question['ask'] = (database) =>
  rowsOf(
    database,
    `SELECT day, model, sum(responses), sum(input_tokens), sum(output_tokens), sum(cost) FROM usage_daily
      GROUP BY day, model ORDER BY day, model`,
  );

const newestSession = sessionIdOf(7);

const settledQuestions: readonly Question[] = [
  { name: 'usage of a year by day and model', targetMs: 300, ask: usageOfYear },
  { name: 'top 20 sessions by cost', targetMs: 300, ask: ({ client }) => readTopSessions(client, 20) },
  {
    name: 'transcript of a session of 2,200 lines',
    targetMs: 300,
    ask: (database) =>
      rowsOf(
        database,
        `SELECT timestamp, type, category, model, text FROM records
          WHERE session_id = ${newestSession} ORDER BY timestamp, file, offset`,
      ),
  },
  ...(
    [
      ['a rare word', 'zanzibar'],
      ['a word of every 211th line', 'deadlock'],
      ['a word of every third line', 'kakaka'],
      ['a rare phrase of frequent words', 'connection refused upstream'],
      ['a word that is nowhere', 'nowhere'],
    ] as const
  ).map(([what, phrase]): Question => ({
    name: `search: ${what}`,
    targetMs: 500,
    ask: ({ client }) => searchText(client, phrase),
  })),
  {
    name: 'verification: lines by day and model',
    targetMs: 300,
    ask: (database) =>
      rowsOf(
        database,
        `SELECT toDate(timestamp) AS day, model, count(), sum(hash * (offset + 1)) FROM lines GROUP BY day, model`,
      ),
  },
  {
    name: 'verification: usage by day and model',
    targetMs: 300,
    ask: ({ client }) => readDailyTotals(client, never),
  },
  { name: 'totals', targetMs: 300, ask: ({ client }) => readTotals(client) },
  {
    name: 'status',
    targetMs: 300,
    ask: async ({ client }) => [await readLastRun(client, source), await readHoldings(client, source)],
  },
  {
    name: 'start of a run: checkpoints',
    targetMs: 300,
    ask: ({ client }) => readTrueCheckpoints(client, source, { signal: never, onWaiting: () => undefined }),
  },
  {
    name: 'start of a run: evidence',
    targetMs: 300,
    ask: ({ client }) => renewEvidence(client, { deadRuns: [], source, signal: never }),
  },
  { name: 'end of a run: prices', targetMs: 300, ask: ({ client }) => loadPrices(client) },
];

/** Independent of what is kept, on purpose: verification believes nothing. */
const recounts: readonly Question[] = [
  {
    name: 'verification: responses counted anew from the evidence',
    targetMs: null,
    rounds: 5,
    ask: ({ client }) => readViewTotals(client, never),
  },
  {
    name: 'verification: responses counted anew from all lines',
    targetMs: null,
    rounds: 2,
    ask: ({ client }) => readAllTotals(client, never),
  },
  {
    name: 'verification: responses counted anew from the current lines',
    targetMs: null,
    rounds: 2,
    ask: ({ client }) => readLineTotals(client, source, [], never),
  },
];

const newerQuestions: readonly Question[] = [
  { name: 'usage of a year, 200 newer lines not kept', targetMs: 300, ask: usageOfYear },
  { name: 'totals, 200 newer lines not kept', targetMs: 300, ask: ({ client }) => readTotals(client) },
];

/** Makes a database of each size, unless it is there, and asks it what people wait for. */
export async function run({
  sizes,
  rounds,
  root,
  folder = join(tmpdir(), 'tokenhouse-bench-queries'),
  onProgress = () => undefined,
}: ScenarioOptions): Promise<QueryTime[]> {
  files.migrations = join(root, 'resources/migrations');
  files.embeddedServer = join(root, 'out/main/embedded-server.js');
  const times: QueryTime[] = [];
  for (const lines of sizes) {
    const dataDir = join(folder, String(lines));
    const made = join(dataDir, 'made');
    if (!existsSync(made)) {
      await rm(dataDir, { recursive: true, force: true });
      await mkdir(dataDir, { recursive: true });
      await make(dataDir, lines, onProgress);
      await writeFile(made, '');
    }
    times.push(...(await measure(dataDir, { lines, rounds, onProgress })));
  }
  return times;
}

/** Lines are half as long in a large database: it is to fit the disk. */
const wordsOf = (lines: number): number => (lines > 5_000_000 ? 14 : 29);

async function make(dataDir: string, lines: number, onProgress: (message: string) => void): Promise<void> {
  const maker = await connect({ kind: 'embedded' }, { dataDir, files, memoryLimitMb: 1500 });
  try {
    await generateHistory(maker.client, { lines, words: wordsOf(lines) }, (done) =>
      onProgress(`${done} of ${lines} lines made`),
    );
  } finally {
    await maker.close();
  }
  // As at the end of a run, with the memory of one.
  const database = await connect({ kind: 'embedded' }, { dataDir, files });
  try {
    const started = performance.now();
    await refreshPrices(database.client, dataDir);
    onProgress(`usage kept in ${Math.round(performance.now() - started)} ms`);
    await rowsOf(database, 'SELECT 1');
    await database.client.command({
      query: 'ALTER TABLE lines MATERIALIZE INDEX by_word SETTINGS mutations_sync = 1',
    });
    onProgress(`words indexed after ${Math.round(performance.now() - started)} ms`);
  } finally {
    await database.close();
  }
}

async function measure(
  dataDir: string,
  { lines, rounds, onProgress }: { lines: number; rounds: number; onProgress: (message: string) => void },
): Promise<QueryTime[]> {
  const database = await connect({ kind: 'embedded' }, { dataDir, files });
  const timesOf = async (questions: readonly Question[]): Promise<QueryTime[]> => {
    const times: QueryTime[] = [];
    for (const question of questions) {
      const time = await timeOf(question, database, question.rounds ?? rounds);
      times.push({ ...time, sizeLines: lines });
      onProgress(
        `${lines} lines, ${question.name}: p50 ${time.p50Ms.toFixed(0)} ms, p95 ${time.p95Ms.toFixed(0)} ms, CPU ${time.cpuMs.toFixed(0)} ms`,
      );
    }
    return times;
  };
  try {
    // An earlier measurement has left newer evidence.
    await database.client.command({ query: 'TRUNCATE TABLE kept_usage_states' });
    await refreshPrices(database.client, dataDir);
    const settled = await timesOf(settledQuestions);
    await addNewEvidence(database.client, 200);
    return [...settled, ...(await timesOf(newerQuestions)), ...(await timesOf(recounts))];
  } finally {
    await database.close();
  }
}

async function timeOf(
  { name, targetMs, ask }: Question,
  database: Database,
  rounds: number,
): Promise<Omit<QueryTime, 'sizeLines'>> {
  const times: number[] = [];
  let cpuBefore = 0;
  for (let round = -1; round < rounds; round++) {
    if (round === 0) cpuBefore = cpuTimeMs(database.pid);
    const started = performance.now();
    try {
      await ask(database);
    } catch (error) {
      if (!String(error).includes('MEMORY_LIMIT_EXCEEDED') && !String(error).includes('memory limit'))
        throw error;
      return {
        name: `${name} (not enough memory)`,
        p50Ms: Number.NaN,
        p95Ms: Number.NaN,
        cpuMs: Number.NaN,
        targetMs,
      };
    }
    // The first fills caches.
    if (round >= 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number =>
    times[Math.min(times.length - 1, Math.ceil(times.length * part) - 1)] ?? Number.NaN;
  const cpuMs = (cpuTimeMs(database.pid) - cpuBefore) / rounds;
  return { name, p50Ms: at(0.5), p95Ms: at(0.95), cpuMs, targetMs };
}

/** User and system time of a process; not a number where `/proc` does not tell. */
function cpuTimeMs(pid: number | null): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
