/** Usage as a line of the history states it, with the names of the API. */
export interface DemoUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  readonly webSearches: number;
}

/** What a generated history adds up to: known from writing it, so that an import can be held against it. */
export interface DemoTotals {
  readonly files: number;
  readonly bytes: number;
  /** `records + rejects + blanks + pending`. */
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  /** Half-written last lines. */
  readonly pending: number;
  /** By the counting rule: each response once, with its largest usage. */
  readonly responses: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly cacheReadTokens: number;
  readonly webSearchRequests: number;
}

type LineKind = 'records' | 'rejects' | 'blanks' | 'pending';

/** Adds up while the history is written, and keeps to the number of lines that was asked for. */
export class DemoTally {
  private readonly sums = {
    files: 0,
    bytes: 0,
    lines: 0,
    records: 0,
    rejects: 0,
    blanks: 0,
    pending: 0,
    responses: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    cacheReadTokens: 0,
    webSearchRequests: 0,
  };
  private readonly wantedLines: number;
  private reservedLines: number;

  /** @param reservedLines kept back until `release` */
  constructor(wantedLines: number, reservedLines: number) {
    this.wantedLines = wantedLines;
    this.reservedLines = reservedLines;
  }

  /** Lines that may be written now. */
  get remaining(): number {
    return this.wantedLines - this.reservedLines - this.sums.lines;
  }

  /** Lines written so far. */
  get lines(): number {
    return this.sums.lines;
  }

  release(): void {
    this.reservedLines = 0;
  }

  addLine(kind: LineKind): void {
    this.sums.lines += 1;
    this.sums[kind] += 1;
  }

  /** A response, once, with the usage of its largest line that was written. */
  addResponse(usage: DemoUsage): void {
    this.sums.responses += 1;
    this.sums.inputTokens += usage.input;
    this.sums.outputTokens += usage.output;
    this.sums.cacheWrite5mTokens += usage.cacheWrite5m;
    this.sums.cacheWrite1hTokens += usage.cacheWrite1h;
    this.sums.cacheReadTokens += usage.cacheRead;
    this.sums.webSearchRequests += usage.webSearches;
  }

  addFile(bytes: number): void {
    this.sums.files += 1;
    this.sums.bytes += bytes;
  }

  totals(): DemoTotals {
    return { ...this.sums };
  }
}
