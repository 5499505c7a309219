import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from '../measure/measure.ts';
import type { Places } from '../places.ts';
import type { Level } from './import-query.ts';

export const contestantNames = ['ours', 'engine', 'engine-tuned', 'naive', 'ccusage'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** What a contestant is to do. */
export interface ContestTask {
  /** Folder that holds the project folders. */
  readonly source: string;
  readonly dataDir: string;
  readonly level: Level;
}

/** The command by which a contestant does it; null when it is not installed. */
export function commandOf(name: ContestantName, task: ContestTask, places: Places): Command | null {
  if (name === 'ccusage') return ccusage(task, places);
  if (name !== 'ours') return program(`${name}-program.js`, task, places);
  const args = ['migrate', '--source', task.source, '--privacy', task.level, '--quiet'];
  return ours(args, task.dataDir, places);
}

/** A command of our own command line, with its result as JSON. */
export function ours(args: readonly string[], dataDir: string, { cli }: Places): Command {
  return { file: process.execPath, args: [cli, ...args, '--json', '--data-dir', dataDir], dataDir };
}

function program(name: string, { source, dataDir, level }: ContestTask, places: Places): Command {
  const { projectRoot, programs } = places;
  const task = ['--project', projectRoot, '--data-dir', dataDir, '--source', source, '--level', level];
  return { file: process.execPath, args: [join(programs, name), ...task], dataDir };
}

/** It reads everything and keeps nothing: it does less, but it is what people wait for today. */
function ccusage({ source, dataDir }: ContestTask, { projectRoot }: Places): Command | null {
  const folders = [
    join(projectRoot, 'node_modules', '.bin'),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const file = folders.map((folder) => join(folder, 'ccusage')).find(isExecutable);
  if (file === undefined) return null;
  return {
    file,
    args: ['daily', '--json', '--offline'],
    env: { CLAUDE_CONFIG_DIR: dirname(source) },
    dataDir,
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
