import type { FailureCode } from '../shared/failure.ts';

export interface FailureText {
  readonly title: string;
  /** What a person can do next. The failure's own message says what happened and to what. */
  readonly advice: string;
}

const failureTexts: Readonly<Record<FailureCode, FailureText>> = {
  'invalid-input': {
    title: 'An option is not valid',
    advice: 'Change the option that is named here, then try again.',
  },
  'source-missing': {
    title: 'A folder is not there',
    advice: 'Connect the drive it is on, or remove the folder in Sources, then scan again.',
  },
  'source-unreadable': {
    title: 'A folder could not be read',
    advice: 'Give your user account permission to read it, then scan again.',
  },
  'manifest-invalid': {
    title: 'The manifest could not be used',
    advice: 'Export a new manifest from Sources. Manifests are not meant to be edited by hand.',
  },
  'data-dir-unwritable': {
    title: 'The data folder cannot be written',
    advice: 'Give your user account permission to write to it, or free the drive it is on, then start again.',
  },
  'data-dir-busy': {
    title: 'Another Tokenhouse is using the data folder',
    advice: 'Quit the other window or wait for the command line to finish, then try again.',
  },
  'disk-full': {
    title: 'The disk is full',
    advice: 'Free some space, then migrate again: it continues where this run stopped.',
  },
  'embedded-unsupported': {
    title: 'The embedded ClickHouse does not run on this system',
    advice: 'Use the address of a ClickHouse server instead.',
  },
  'embedded-missing': {
    title: 'The embedded ClickHouse is missing',
    advice: 'Install Tokenhouse again: a part of it was removed or blocked.',
  },
  'embedded-damaged': {
    title: 'The database files are damaged',
    advice:
      'Your transcripts are untouched. Restore the data folder from a backup, or move it away and migrate again.',
  },
  'embedded-failed': {
    title: 'The embedded ClickHouse stopped',
    advice:
      'Migrate again: it continues where this run stopped. If it stops again, copy the details into a report.',
  },
  'database-unreachable': {
    title: 'The database cannot be reached',
    advice: 'Check that the server is running and that this computer is online, then try again.',
  },
  'database-denied': {
    title: 'The database refused the user',
    advice: 'Check the user name, the password and the rights of that user.',
  },
  'database-outdated': {
    title: 'The ClickHouse server is too old',
    advice: 'Upgrade the server to the version named here, or use the embedded ClickHouse.',
  },
  'database-failed': {
    title: 'The database reported an error',
    advice: 'Try again. If it repeats, copy the details into a report.',
  },
  'schema-tampered': {
    title: 'The tables are not as Tokenhouse made them',
    advice: 'Undo the change to the tables, or use another database.',
  },
  'schema-newer': {
    title: 'The database was written by a newer Tokenhouse',
    advice: 'Update Tokenhouse to use this database.',
  },
  'query-failed': {
    title: 'A query failed',
    advice: 'Check the query against the message of the database.',
  },
  'run-in-progress': {
    title: 'Something else is using the data',
    advice: 'Wait until it has finished, or cancel it where it was started.',
  },
  unexpected: {
    title: 'Something unexpected happened',
    advice: 'What the database had acknowledged is kept. Copy the details into a report, then try again.',
  },
};

export function failureText(code: FailureCode): FailureText {
  return failureTexts[code];
}
