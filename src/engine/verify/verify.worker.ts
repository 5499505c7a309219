import xxhash from 'xxhash-wasm';
import {
  compareLines as compare,
  type CompareLinesResult,
  type CompareLinesTask,
} from './disk/compare-lines.ts';
import { readFile as read, type FileReading, type ReadFileTask } from './disk/read-file.ts';

const hasher = await xxhash();

/** The Piscina task `readFile`. Throws the file system's error. */
export function readFile(task: ReadFileTask): FileReading {
  return read(task, hasher);
}

/** The Piscina task `compareLines`. */
export function compareLines(task: CompareLinesTask): CompareLinesResult {
  return compare(task, hasher);
}
