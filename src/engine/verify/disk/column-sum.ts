import { countsOf, textsOf, toolNamesOf } from './expected-row.ts';
import { isObject, text, type Json } from './json-line.ts';
import { countColumns, textColumns } from './line-row.ts';
import { readMoment } from './moment.ts';
import { usagesOf, type UsagePlace } from './read-usage.ts';

/** Stands between the columns: a control character that JSON has to escape. */
const separator = '\u001f';

/**
 * The columns of a record in one text, derived anew from its line: two records with the same text have the same columns.
 *
 * `record` was read as latin1, so that the text written as latin1 is the bytes that the database holds; where an escape
 * stands for another character they differ, and the file is compared line by line.
 */
export function columnText(record: Json, place: UsagePlace, fileSession: string): string {
  const message: Json = isObject(record['message']) ? record['message'] : {};
  const [usage] = usagesOf(record, place);
  const texts = textsOf(record, message, usage);
  const counts = countsOf(usage);
  const session = text(record['sessionId']);
  const timestampMs = readMoment(record['timestamp']);
  return [
    ...textColumns.map((column) => texts[column]),
    ...countColumns.map((column) => String(counts[column])),
    session === '' ? fileSession : session,
    record['isSidechain'] === true ? '1' : '0',
    timestampMs === null ? '' : String(timestampMs),
    ...toolNamesOf(message['content']),
  ].join(separator);
}

/** The same text in SQL, over the columns of `lines`. */
export const columnTextSql = `concat(${[
  ...textColumns.map((column) => `toString(${column})`),
  ...countColumns.map((column) => `toString(${column})`),
  'toString(session_id)',
  "if(is_sidechain, '1', '0')",
  "ifNull(toString(toUnixTimestamp64Milli(timestamp)), '')",
].join(
  `, '${separator}', `,
)}, arrayStringConcat(arrayMap(name -> concat('${separator}', name), tool_names)))`;
