import { join } from 'node:path';
import type { Engine } from '../../../src/engine/migrate.ts';
import { verify } from '../../../src/engine/verify/verify.ts';
import type { VerificationOptions, VerificationReport } from '../../../src/shared/verification.ts';
import { makeWorkspace, type Workspace } from '../migrate/workspace.ts';
import {
  changeSmallHistory,
  mainFile,
  offsets,
  privacy,
  writeSmallHistory,
  type MainLine,
} from './small-history.ts';

const tables = [
  'lines',
  'gaps',
  'file_states',
  'runs_log',
  'response_evidence',
  'price_lists',
  'kept_usage_states',
] as const;
export type Table = (typeof tables)[number];

/** A workspace with a small history that was imported and verified, and the means to damage it and to put it right. */
export interface Scene extends Workspace {
  verify(options?: Partial<VerificationOptions>, engine?: Engine): Promise<VerificationReport>;
  /** Absolute path of a file of the history. */
  pathOf(file: string): string;
  /** Changes columns of rows behind the product's back. */
  update(table: Table, what: string, where: string): Promise<void>;
  remove(table: Table, where: string): Promise<void>;
  /** Inserts rows of a table once more, with other values. */
  copy(table: Table, where: string, values?: string): Promise<void>;
  /** Writes the account of a file once more, with other values. */
  account(values: string, where?: string): Promise<void>;
  /** Gives tables the rows back that they had. */
  restore(tables: readonly Table[]): Promise<void>;
}

/** Condition for one line of the main file. */
export function lineAt(name: MainLine): string {
  return `file = '${mainFile}' AND offset = ${offsets[name]}`;
}

export const inMainFile = `file = '${mainFile}'`;

/** Verifies every file and every line. */
export function verifyAll(
  { engine, sources }: Workspace,
  options: Partial<VerificationOptions> = {},
  through = engine,
): Promise<VerificationReport> {
  const all: VerificationOptions = { sources: [sources], sampleSize: 'all', tolerance: 0 };
  return verify(through, { ...all, ...options }, { signal: new AbortController().signal });
}

export async function makeScene(): Promise<Scene> {
  const workspace = await makeWorkspace();
  const { command } = workspace;
  await writeSmallHistory(workspace.sources);
  await workspace.migrate({ privacy });
  await changeSmallHistory(workspace.sources);
  await workspace.migrate({ privacy });
  const passed = await verifyAll(workspace);
  if (passed.result !== 'passed' || passed.findings.length > 0)
    throw new Error(`An undamaged import does not pass: ${JSON.stringify(passed.findings, null, 1)}`);
  for (const table of tables) {
    await command(`CREATE TABLE saved_${table} AS ${table}`);
    await command(`INSERT INTO saved_${table} SELECT * FROM ${table}`);
  }
  const copy = (table: Table, where: string, values = ''): Promise<void> =>
    command(`INSERT INTO ${table} SELECT * ${values === '' ? '' : `REPLACE (${values})`} FROM (SELECT * FROM ${table} WHERE ${where})
      SETTINGS insert_deduplicate = 0`);
  return {
    ...workspace,
    verify: (options, engine) => verifyAll(workspace, options, engine),
    pathOf: (file) => join(workspace.sources, file),
    update: (table, what, where) =>
      command(`ALTER TABLE ${table} UPDATE ${what} WHERE ${where} SETTINGS mutations_sync = 2`),
    remove: (table, where) =>
      command(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`),
    copy,
    account: (values, where = inMainFile) => copy('file_states', where, `${values}, version + 1 AS version`),
    restore: async (names) => {
      for (const name of names)
        await command(`ALTER TABLE ${name} REPLACE PARTITION tuple() FROM saved_${name}`);
    },
  };
}
