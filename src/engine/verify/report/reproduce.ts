import { join } from 'node:path';
import type { VerificationReport, VerifiedFile } from '../../../shared/verification.ts';

export interface Step {
  readonly what: string;
  readonly command: string;
}

/** Command lines with which another person finds the same on the same machine. */
export function reproduce(report: VerificationReport): Step[] {
  const { options, verificationId } = report;
  const database = databaseOptions(report.environment.destination);
  const sources = options.sources.map((source) => ` --source ${quote(source)}`).join('');
  const steps = [
    {
      what: 'Verify again, with the same folders and options:',
      command: `tokenhouse verify${database}${sources} --sample-size ${options.sampleSize} --tolerance ${options.tolerance} --output verification.html`,
    },
    {
      what: 'The record of this verification in the database:',
      command: `tokenhouse sql${database} ${quote(`SELECT * FROM verifications WHERE verification_id = ${literal(verificationId)}`)} --format Vertical`,
    },
  ];
  const example = exampleOf(report.perFile);
  if (!example) return steps;
  const { root, file } = example;
  const place = `source = ${literal(report.environment.source)} AND root = ${literal(root)} AND file = ${literal(file)}`;
  steps.push({
    what: 'One file as the database has it, by hand:',
    command: `tokenhouse sql${database} ${quote(`SELECT count() AS lines, sum(length) AS bytes, lower(leftPad(hex(sum(hash)), 16, '0')) AS checksum FROM lines WHERE ${place} AND generation = (SELECT generation FROM files WHERE ${place})`)}`,
  });
  if (example.disk === null || !report.environment.destination.startsWith('embedded')) return steps;
  const lines = `file(${literal(join(root, file))}, LineAsString, 'line String')`;
  steps.push({
    what: 'The same file as it is on disk, read by ClickHouse itself (a last line that is not finished and a byte order mark count here and not above):',
    command: `tokenhouse sql${database} ${quote(`SELECT count() AS lines, sum(length(line)) AS bytes, lower(leftPad(hex(sum(xxHash64(line))), 16, '0')) AS checksum FROM ${lines} WHERE match(line, '[^[:space:]]')`)}`,
  });
  return steps;
}

/** The first that differs, else the first that both sides have. */
function exampleOf(files: readonly VerifiedFile[]): VerifiedFile | undefined {
  return (
    files.find(({ verdict }) => verdict === 'differs') ??
    files.find(({ disk, database }) => disk !== null && database !== null)
  );
}

/** The options that lead to the same database, as far as its description tells: a server's user and scheme are not in it. */
function databaseOptions(destination: string): string {
  const embedded = /^embedded ClickHouse \S+ in (.+)[/\\]clickhouse$/s.exec(destination);
  if (embedded) return ` --data-dir ${quote(embedded[1] ?? '')}`;
  const server = /^ClickHouse \S+ at (\S+), database (\S+)$/.exec(destination);
  if (!server) return '';
  return ` --url ${quote(`https://${server[1] ?? ''}`)} --database ${quote(server[2] ?? '')}`;
}

/** A text of ClickHouse's SQL. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** One word of a POSIX shell; with control characters, of bash and zsh. */
function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (text.search(control) >= 0) {
    const escaped = text
      .replaceAll(/['\\]/g, (found) => `\\${found}`)
      .replaceAll(control, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `$'${escaped}'`;
  }
  if (!/["$`\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
