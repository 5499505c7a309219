/** Why a server did not come up, as far as its starter has to tell cases apart. */
export type StartFailure = 'busy' | 'missing' | 'refused' | 'killed' | 'failed';

/** The one line that a server writes to its standard output: it is up, or why not. */
export type ServerReport =
  | { readonly state: 'ready'; readonly pid: number; readonly version: string }
  | { readonly state: 'failed'; readonly reason: StartFailure; readonly text: string };

/** Reads a report; undefined for anything else. */
export function parseServerReport(line: string): ServerReport | undefined {
  if (!line.startsWith('{"state":')) return undefined;
  return JSON.parse(line) as ServerReport;
}
