import type { ServerResponse } from 'node:http';
import { httpStatus, type EngineException } from './exception.ts';
import type { ChdbResult } from './libchdb.ts';

const tsv = 'text/tab-separated-values; charset=UTF-8';
const plain = 'text/plain; charset=UTF-8';
const json = 'application/json; charset=UTF-8';
const lines = 'application/x-ndjson; charset=UTF-8';

/** The Content-Type that ClickHouse sends with a format. */
export function contentType(format: string): string {
  if (/^(TabSeparated|TSV|TSKV|LineAsString)/i.test(format)) return tsv;
  if (/^CSV/i.test(format))
    return `text/csv; charset=UTF-8; header=${/Names/i.test(format) ? 'present' : 'absent'}`;
  if (/^JSON.*EachRow/i.test(format) && !/^JSONObjectEachRow$/i.test(format)) return lines;
  if (/^JSON/i.test(format)) return json;
  if (/^XML$/i.test(format)) return 'application/xml; charset=UTF-8';
  if (/^(Pretty|Vertical|Values|Markdown|Null|SQLInsert|CustomSeparated|Template)/i.test(format))
    return plain;
  return 'application/octet-stream';
}

/**
 * Whether the end of a broken response can carry the exception in words.
 *
 * @clickhouse/client takes every CR LF of a response with an exception tag for an exception. Only these formats write
 * no raw CR of a value, so only their responses get a tag; the others just break off, which rejects too.
 */
export function canTagException(format: string): boolean {
  return /^(JSON\w*EachRow(WithNames(AndTypes)?)?|TSV|TabSeparated|TSVWithNames(AndTypes)?|TabSeparatedWithNames(AndTypes)?|TSKV)$/i.test(
    format,
  );
}

/** X-ClickHouse-Summary: numbers are strings, as on a real server. */
export function summary(result: ChdbResult | undefined): string {
  return JSON.stringify({
    read_rows: String(result?.readRows ?? 0),
    read_bytes: String(result?.readBytes ?? 0),
    written_rows: String(result?.writtenRows ?? 0),
    written_bytes: String(result?.writtenBytes ?? 0),
    total_rows_to_read: '0',
    result_rows: String(result?.resultRows ?? 0),
    result_bytes: String(result?.resultBytes ?? 0),
    elapsed_ns: String(Math.round((result?.elapsedSeconds ?? 0) * 1e9)),
  });
}

/** Answers with an exception as a whole response. */
export function answerException(response: ServerResponse, exception: EngineException): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(`${exception.message}\n`);
  for (const name of ['Content-Encoding', 'X-ClickHouse-Exception-Tag']) response.removeHeader(name);
  response.writeHead(httpStatus(exception.code), {
    'Content-Type': plain,
    'Content-Length': body.length,
    'X-ClickHouse-Exception-Code': exception.code,
    'X-ClickHouse-Summary': summary(undefined),
  });
  response.end(body);
}
