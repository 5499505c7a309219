import { findDrift } from '../../extract/drift.ts';
import { formatEra } from '../../extract/format-era.ts';
import { parseLine } from '../../extract/parse-line.ts';
import { parserVersion } from '../../extract/push-line.ts';
import { readContent } from '../../extract/record-content.ts';
import { text } from './json-line.ts';
import type { LineRow } from './line-row.ts';

/**
 * Columns that are the parser's opinion of a record; null when another version of it has formed them.
 *
 * They come from the parser itself and not from a second implementation, which would be as long: so this finds rows that
 * were altered, and not mistakes of the parser.
 */
export function parserColumns(line: Buffer, row: LineRow): ReadonlyMap<string, string> | null {
  if (row.parser_version !== parserVersion) return null;
  const parsed = parseLine(line, 0, line.length);
  if (parsed.kind === 'reject')
    return new Map([
      ['category', ''],
      ['schema', ''],
      ['unknown_fields', '[]'],
    ]);
  const { record, encoding } = parsed;
  const fields = findDrift(record).map((name) => Buffer.from(name, encoding).toString('utf8'));
  return new Map([
    ['category', readContent(record).category],
    ['schema', formatEra(text(record['version']))],
    ['unknown_fields', JSON.stringify(fields)],
  ]);
}
