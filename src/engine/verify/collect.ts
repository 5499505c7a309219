import { homedir } from 'node:os';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Root } from '../../shared/discovery.ts';
import { AppError } from '../../shared/failure.ts';
import { runOptions } from '../../shared/run.ts';
import { collectFiles, collectUnder, type CollectedFiles } from '../discover/collect-files.ts';
import { defaultRoots, optionRoots, uniqueRoots } from '../discover/roots.ts';
import { ask } from './ask.ts';
import type { Verification } from './verify.ts';

/**
 * The files to compare: of the folders that are named, else of every folder there is - those that the database has files
 * of, and the default ones.
 *
 * @throws AppError when a folder that is named is not there
 */
export async function collectToVerify({
  engine,
  database,
  options: { sources },
  signal,
}: Verification): Promise<CollectedFiles> {
  const asked = runOptions.parse({ sources });
  if (sources.length === 0)
    return collectUnder(await everyRoot(database.client, engine.source), asked.filters, { signal });
  try {
    return await collectFiles(asked, () => undefined, signal);
  } catch (error) {
    throw error instanceof AppError ? unreadableSource(error) : error;
  }
}

/** Those of the database first: where one folder holds another, a file belongs to the one it was imported from. */
async function everyRoot(client: ClickHouseClient, source: string): Promise<readonly Root[]> {
  const known = await ask<{ root: string }>(
    client,
    `SELECT DISTINCT root FROM file_states WHERE source = {source:String} ORDER BY length(root) DESC, root`,
    { source },
  );
  const imported = await optionRoots(known.map(({ root }) => root));
  const defaults = await defaultRoots(process.env, homedir(), process.platform);
  // One that is gone is said to hold what was not compared.
  return uniqueRoots([...imported.filter(({ state }) => state !== 'missing'), ...defaults]);
}

/** Window and command line name folders each in their way: the words are of neither. */
function unreadableSource(error: AppError): AppError {
  const { code, path } = error;
  if (path === undefined || (code !== 'source-missing' && code !== 'source-unreadable')) return error;
  const why =
    code === 'source-missing'
      ? `The folder ${path} does not exist. Put it back, or take it out of the folders to compare.`
      : `The folder ${path} can't be opened: it is not a folder, or reading it is not permitted. Give yourself the right to read it.`;
  return new AppError(code, `${why} Nothing was compared.`, { path, cause: error });
}
