import type { Check } from './findings.ts';

/** What is looked at file by file. */
export const fileChecks = {
  missing: {
    name: 'files-missing',
    tier: 'after',
    dimension: 'completeness',
    title: 'Every file on disk is in the database',
  },
  lines: {
    name: 'file-lines',
    tier: 'after',
    dimension: 'completeness',
    title: 'The database has every line of every file, and no other',
  },
  bytes: {
    name: 'file-checksum',
    tier: 'after',
    dimension: 'integrity',
    title: 'The bytes of every line, and their order, are those of the file',
  },
  gaps: {
    name: 'gap-bytes',
    tier: 'after',
    dimension: 'integrity',
    title: 'Blank lines are those of the file, so that it can be given back byte for byte',
  },
  kinds: {
    name: 'file-kinds',
    tier: 'after',
    dimension: 'accuracy',
    title: 'Records and rejects are those of the file',
  },
  readable: {
    name: 'files-readable',
    tier: 'after',
    dimension: 'completeness',
    title: 'Every file can be read to its end',
  },
  vanished: {
    name: 'files-vanished',
    tier: 'after',
    dimension: 'consistency',
    title: 'Files that are gone are marked, files that are there are not',
  },
  damaged: {
    name: 'stored-bytes',
    tier: 'after',
    dimension: 'integrity',
    title: 'The bytes of every line in the database have the length and hash they were imported with',
  },
  doubled: {
    name: 'lines-once',
    tier: 'cross',
    dimension: 'integrity',
    title: 'No line is there twice',
  },
  coverage: {
    name: 'offsets',
    tier: 'cross',
    dimension: 'integrity',
    title: 'Lines and gaps follow each other without a hole or an overlap',
  },
} as const satisfies Record<string, Check>;
