/** One request as the proxy saw it. */
export interface SeenRequest {
  /** The statement, from the URL or from the start of the body. */
  readonly sql: string;
  /** Table of an `INSERT INTO`, without its database; empty for every other statement. */
  readonly table: string;
  /** The rows of an insert whose statement is in the URL, else the statement itself. Empty before the body was read. */
  readonly body: Buffer;
}

/** Which requests a rule means; what is left out matches all. */
export interface When {
  readonly table?: string;
  readonly sql?: RegExp;
  readonly bodyHolds?: Buffer | string;
  readonly bodyLargerThan?: number;
}

/** What happens to a request instead of an ordinary answer. */
export type Fault =
  /** The connection is reset while the body is still on its way: nothing of it reaches the server. */
  | { readonly is: 'reset-before-body' }
  /** The server does the work, the client never hears of it: a lost acknowledgement. */
  | { readonly is: 'reset-after-commit' }
  /** The first half of the body reaches the server, then both connections break. */
  | { readonly is: 'cut-body' }
  /** The answer of a gateway in between. */
  | { readonly is: 'html'; readonly status: 200 | 413 | 500 | 502 | 503 }
  /** An empty answer of somebody in between; nothing reaches the server. */
  | { readonly is: 'empty'; readonly status: 200 | 204 }
  /** ClickHouse's own refusal; nothing reaches the server. */
  | { readonly is: 'exception'; readonly code: number; readonly text?: string }
  /** Status 200 and the code in a header (ClickHouse #65117); with `committed` the server did the work. */
  | { readonly is: 'exception-header'; readonly code: number; readonly committed: boolean }
  /** Status 200 and the exception only as text in the body. */
  | { readonly is: 'exception-in-body'; readonly code: number; readonly committed: boolean }
  /** No answer, ever; the connection stays open. */
  | { readonly is: 'silence'; readonly committed: boolean }
  /** The answer comes byte by byte. */
  | { readonly is: 'trickle'; readonly pauseMs: number }
  | { readonly is: 'delay'; readonly ms: number }
  /** Nothing goes wrong: for what is to happen at that moment. */
  | { readonly is: 'nothing' };

export interface FaultRule {
  readonly when: When;
  readonly fault: Fault;
  /** Matching requests that pass untouched before. */
  readonly skip?: number;
  /** How often the rule strikes; once when left out. */
  readonly times?: number;
  /** Called when it strikes, at the moment that the fault is about: after the commit where there is one. */
  readonly onHit?: (request: SeenRequest) => unknown;
}

/** A rule at work. */
export interface ActiveRule extends FaultRule {
  seen: number;
  hits: number;
}

/** The first rule that strikes at this request, counted as a hit. `isWhole`: the body has been read. */
export function strike(
  rules: readonly ActiveRule[],
  request: SeenRequest,
  isWhole: boolean,
): ActiveRule | undefined {
  for (const rule of rules) {
    if (isDecidedByHead(rule) === isWhole || rule.hits >= (rule.times ?? 1) || !matches(rule.when, request))
      continue;
    rule.seen += 1;
    if (rule.seen <= (rule.skip ?? 0)) continue;
    rule.hits += 1;
    return rule;
  }
  return undefined;
}

/** Only a reset before the body must be decided before the body was read. */
function isDecidedByHead({ fault }: FaultRule): boolean {
  return fault.is === 'reset-before-body';
}

function matches(when: When, { sql, table, body }: SeenRequest): boolean {
  if (when.table !== undefined && when.table !== table) return false;
  if (when.sql !== undefined && !when.sql.test(sql)) return false;
  if (when.bodyHolds !== undefined && !body.includes(when.bodyHolds)) return false;
  return when.bodyLargerThan === undefined || body.length > when.bodyLargerThan;
}

/** Reads the statement out of a request; `body` is empty before it was read. */
export function seenRequest(url: string, body: Buffer): SeenRequest {
  const inUrl = new URL(url, 'http://proxy').searchParams.get('query') ?? '';
  const sql = inUrl === '' ? body.toString('utf8', 0, 10_000) : inUrl;
  const table = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?:\w+\.)?`?(\w+)/i.exec(sql)?.[1] ?? '';
  return { sql, table, body };
}
