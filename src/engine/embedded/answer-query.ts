import type { IncomingMessage, ServerResponse } from 'node:http';
import { runInsert } from './answer-insert.ts';
import { answerSelect } from './answer-select.ts';
import { decodedBody, RequestBody } from './body.ts';
import { assertReserve, writesDefinitions } from './disk-reserve.ts';
import type { Engine, Session } from './engine.ts';
import { EngineException } from './exception.ts';
import { queryClass, type ChdbResult } from './libchdb.ts';
import { readRequestOptions, type RequestOptions } from './request-options.ts';
import { contentType, summary } from './response.ts';
import { describeStatement, findRows, readTail, type InsertSplit, type PlainStatement } from './statement.ts';
import { tokens } from './lexer.ts';

/** A statement without rows is read whole; the engine's own limit (`max_query_size`, 256 KB) is below. */
const maximumStatementBytes = 64 * 1024 * 1024;

/** What answering needs besides the request. */
export interface QueryContext {
  readonly engine: Engine;
  readonly pipeDirectory: string;
  /** Folder of the engine's files. */
  readonly databasePath: string;
}

interface Exchange extends QueryContext {
  readonly options: RequestOptions;
  readonly response: ServerResponse;
}

/** Answers `/` as ClickHouse's HTTP interface does. Throws EngineException for what becomes an error response. */
export async function answerQuery(
  context: QueryContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const options = readRequestOptions(url, request.headers, request.method ?? 'GET');
  response.setHeader('X-ClickHouse-Query-Id', options.queryId);
  response.setHeader('X-ClickHouse-Timezone', context.engine.timezone);
  response.setHeader('X-ClickHouse-Server-Display-Name', 'tokenhouse-embedded');
  const exchange: Exchange = { ...context, options, response };
  const urlText = latin1(Buffer.from(options.urlQuery));
  const inUrl = findRows(urlText, true);
  const split = inUrl.kind === 'insert' && hasMarker(urlText, inUrl.split) ? inUrl.split : undefined;
  const tail = split === undefined ? undefined : readTail(urlText, split);
  const before = tail?.rows ?? urlText;
  const body = new RequestBody(
    decodedBody(request),
    Buffer.from(before === '' ? '' : `${before}\n`, 'latin1'),
  );
  try {
    if (split === undefined || tail === undefined) await answerBody(exchange, body);
    else await answerInsert(exchange, { ...split, statement: split.statement + tail.settings }, body.from(0));
  } catch (error) {
    await body.drain();
    throw error;
  }
}

/** The statement, or most of it, is in the body. */
async function answerBody(exchange: Exchange, body: RequestBody): Promise<void> {
  const opening = await readOpening(body);
  if (opening.kind === 'insert')
    await answerInsert(exchange, opening.split, body.from(opening.split.dataStart));
  else await answerPlain(exchange, describeStatement(latin1(body.start)));
}

/** An INSERT in the URL may end before its VALUES or FORMAT; then those stand at the beginning of the body. */
function hasMarker(text: string, split: InsertSplit): boolean {
  return split.markerEnd < text.length || split.statement.length <= text.length;
}

async function readOpening(
  body: RequestBody,
): Promise<{ kind: 'other' } | { kind: 'insert'; split: InsertSplit }> {
  for (;;) {
    const opening = findRows(latin1(body.start), body.isWhole);
    if (opening.kind === 'insert') return opening;
    if (body.isWhole) return { kind: 'other' };
    if (body.start.length > maximumStatementBytes) {
      throw EngineException.of(62, 'SYNTAX_ERROR', 'Syntax error: the statement is larger than 64 MB.');
    }
    // Only an INSERT can be long; anything else is read to its end.
    if (opening.kind === 'other') await readWhole(body);
    else await body.readMore();
  }
}

async function readWhole(body: RequestBody): Promise<void> {
  while (!body.isWhole && body.start.length <= maximumStatementBytes) await body.readMore();
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

async function answerInsert(
  exchange: Exchange,
  split: InsertSplit,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  const { engine, options, response } = exchange;
  if (options.isReadOnly) {
    throw EngineException.of(164, 'READONLY', 'Cannot execute query in readonly mode.');
  }
  if (describeStatement(split.statement).isSeveral) throw severalStatements();
  const session = await engine.session(options);
  try {
    const statement = Buffer.from(split.statement, 'latin1');
    const result = await runInsert({
      session,
      statement,
      format: split.format,
      params: options.params,
      rows,
    });
    answerWhole(response, 'Null', result);
  } finally {
    await session.close();
  }
}

function severalStatements(): EngineException {
  return EngineException.of(
    62,
    'SYNTAX_ERROR',
    'Syntax error (Multi-statements are not allowed): one statement per request.',
  );
}

async function answerPlain(exchange: Exchange, statement: PlainStatement): Promise<void> {
  const { engine, options, response } = exchange;
  refuseUnanswerable(statement, options);
  const session = await engine.session(options);
  try {
    const format = statement.format?.name ?? options.defaultFormat;
    if (!/^\w+$/.test(format)) throw EngineException.of(73, 'UNKNOWN_FORMAT', `Unknown format ${format}.`);
    const sql = Buffer.from(statement.text, 'latin1');
    const analysis = session.classify(sql);
    if (analysis.statements > 1) throw severalStatements();
    const isSelect =
      analysis.queryClass === queryClass.readOnly && /^(SELECT|WITH|FROM|\()$/.test(statement.firstWord);
    if (writesDefinitions(statement.firstWord)) assertReserve(exchange.databasePath);
    if (isSelect) {
      const { wantsGzip, params } = options;
      await answerSelect({ ...exchange, session, statement, format, params, wantsGzip });
      return;
    }
    const text =
      statement.firstWord === 'KILL' ? await withEngineIds(engine, statement.text) : statement.text;
    const result = await runToEnd(session, Buffer.from(text, 'latin1'), format, exchange);
    if (analysis.queryClass === queryClass.unknown) {
      // The engine's client takes some texts for its own commands (`exit`) and answers nothing.
      throw EngineException.of(62, 'SYNTAX_ERROR', 'Syntax error: this is not a statement.');
    }
    answerWhole(response, format, result);
  } finally {
    await session.close();
  }
}

function refuseUnanswerable(statement: PlainStatement, options: RequestOptions): void {
  if (statement.isEmpty) throw EngineException.of(62, 'SYNTAX_ERROR', 'Syntax error: Empty query.');
  if (statement.isSeveral) throw severalStatements();
  if (statement.fileClause !== undefined) {
    throw EngineException.of(
      48,
      'NOT_IMPLEMENTED',
      `${statement.fileClause} is for ClickHouse's own client, not for requests.`,
    );
  }
  if (statement.firstWord !== 'INSERT') return;
  if (options.isReadOnly) throw EngineException.of(164, 'READONLY', 'Cannot execute query in readonly mode.');
  if (statement.readsInput) {
    throw EngineException.of(
      48,
      'NOT_IMPLEMENTED',
      'The embedded engine has no INSERT ... SELECT FROM input().',
    );
  }
}

/** A statement whose client goes away is stopped. */
async function runToEnd(
  session: Session,
  sql: Buffer,
  format: string,
  exchange: Exchange,
): Promise<ChdbResult> {
  const { response, options } = exchange;
  const running = session.run(sql, format, options.params);
  let stopping: Promise<void> | undefined;
  const onGone = (): void => {
    stopping = session.stop(running);
  };
  response.once('close', onGone);
  try {
    return await running;
  } finally {
    response.off('close', onGone);
    await stopping;
  }
}

function answerWhole(response: ServerResponse, format: string, result: ChdbResult): void {
  if (response.destroyed) return;
  response.writeHead(200, {
    'Content-Type': contentType(format),
    'Content-Length': result.output.length,
    'X-ClickHouse-Format': format,
    'X-ClickHouse-Summary': summary(result),
  });
  response.end(result.output);
}

/** `KILL QUERY WHERE query_id = '…'`: replaces ids that clients gave by those that the engine made. */
async function withEngineIds(engine: Engine, text: string): Promise<string> {
  let replaced = '';
  let done = 0;
  for (const token of tokens(text)) {
    if (token.kind !== 'string') continue;
    const literal = Buffer.from(text.slice(token.start + 1, token.end - 1), 'latin1').toString();
    const own = await engine.engineQueryId(literal);
    if (own === undefined) continue;
    replaced += `${text.slice(done, token.start)}'${own}'`;
    done = token.end;
  }
  return replaced + text.slice(done);
}
