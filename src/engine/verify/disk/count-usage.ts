import type { VerifiedSums } from '../../../shared/verification.ts';
import { utcDay } from './moment.ts';
import type { UsageCounts, UsageEntry } from './read-usage.ts';

/** Responses in numbers, to be sent from thread to thread. */
export interface PackedUsage {
  readonly keys: readonly string[];
  /** Names that the numbers refer to by index: models, sessions, files. */
  readonly names: readonly string[];
  /** {@link width} numbers a response, in the order of {@link at}. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

/** Totals of one model, or of one day and model, in the terms of {@link VerifiedSums}. */
export interface CountedTotals {
  /** UTC day, empty for responses without a timestamp; null in totals by model. */
  readonly day: string | null;
  readonly model: string;
  readonly sums: VerifiedSums;
}

/** One response as it is counted: the numbers of its largest line, the rest of its earliest. */
export interface CountedResponse extends UsageCounts {
  readonly key: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number | null;
  /** No line of it is anything but a progress line. */
  readonly onlyProgress: boolean;
  readonly isSidechain: boolean;
  readonly session: string;
  readonly file: string;
}

/** Where each number of a response stands. First the largest usage, then the earliest line. */
const at = {
  output: 0,
  total: 1,
  input: 2,
  cacheRead: 3,
  cacheWrite5m: 4,
  cacheWrite1h: 5,
  webSearches: 6,
  model: 7,
  serviceTier: 8,
  speed: 9,
  isProgress: 10,
  /** Milliseconds since 1970; infinite without one, which comes after all others. */
  timestamp: 11,
  isSidechain: 12,
  file: 13,
  session: 14,
} as const;
const width = 15;
const firstOfEarliest = at.isProgress;
const named = [at.model, at.serviceTier, at.speed, at.file, at.session] as const;

/** Numbers first, then names, as they decide which usage is larger (docs/decisions/0004). */
const usageOrder = [0, 1, 2, 3, 4, 5, 6] as const;
const usageNames = [at.model, at.serviceTier, at.speed] as const;
const earliestOrder = [at.isProgress, at.timestamp, at.isSidechain] as const;

/**
 * Counts responses by the rule of docs/counting.md: of all lines of a response the one with the largest output gives the
 * numbers, the earliest one the day. Both are a maximum or a minimum, so neither the order of lines and files nor reading
 * one twice matters.
 *
 * Holds for every response its key and {@link width} numbers.
 */
export class UsageCounter {
  readonly #rows = new Map<string, number>();
  readonly #indexes = new Map<string, number>();
  readonly #names: string[] = [];
  #numbers = new Float64Array(width * 16);
  readonly #row = new Float64Array(width);

  /** Responses so far. */
  get responses(): number {
    return this.#rows.size;
  }

  /** What a line of `file` says. */
  add(entry: UsageEntry, file: string): void {
    const row = this.#row;
    row[at.output] = entry.outputTokens;
    row[at.input] = entry.inputTokens;
    row[at.cacheRead] = entry.cacheReadTokens;
    row[at.cacheWrite5m] = entry.cacheWrite5mTokens;
    row[at.cacheWrite1h] = entry.cacheWrite1hTokens;
    row[at.total] =
      entry.inputTokens +
      entry.outputTokens +
      entry.cacheReadTokens +
      entry.cacheWrite5mTokens +
      entry.cacheWrite1hTokens;
    row[at.webSearches] = entry.webSearchRequests;
    row[at.model] = this.#nameIndex(entry.model);
    row[at.serviceTier] = this.#nameIndex(entry.serviceTier);
    row[at.speed] = this.#nameIndex(entry.speed);
    row[at.isProgress] = Number(entry.isProgress);
    row[at.timestamp] = entry.timestampMs ?? Infinity;
    row[at.isSidechain] = Number(entry.isSidechain);
    row[at.file] = this.#nameIndex(file);
    row[at.session] = this.#nameIndex(entry.session);
    this.#keep(entry.key);
  }

  /** What another counter found, usually of one file. */
  merge({ keys, names, numbers }: PackedUsage): void {
    const indexes = names.map((name) => this.#nameIndex(name));
    for (const [index, key] of keys.entries()) {
      this.#row.set(numbers.subarray(index * width, (index + 1) * width));
      for (const column of named) this.#row[column] = indexes[this.#row[column] ?? 0] ?? 0;
      this.#keep(key);
    }
  }

  /** Everything found so far. */
  pack(): PackedUsage {
    return {
      keys: [...this.#rows.keys()],
      names: [...this.#names],
      numbers: this.#numbers.slice(0, this.#rows.size * width),
    };
  }

  /** Every response, to find out which ones a total lacks. */
  *each(): Generator<CountedResponse> {
    for (const [key, start] of this.#rows) {
      const timestamp = this.#number(start + at.timestamp);
      yield {
        key,
        model: this.#nameAt(start + at.model),
        inputTokens: this.#number(start + at.input),
        outputTokens: this.#number(start + at.output),
        cacheReadTokens: this.#number(start + at.cacheRead),
        cacheWrite5mTokens: this.#number(start + at.cacheWrite5m),
        cacheWrite1hTokens: this.#number(start + at.cacheWrite1h),
        webSearchRequests: this.#number(start + at.webSearches),
        timestampMs: timestamp === Infinity ? null : timestamp,
        onlyProgress: this.#number(start + at.isProgress) === 1,
        isSidechain: this.#number(start + at.isSidechain) === 1,
        session: this.#nameAt(start + at.session),
        file: this.#nameAt(start + at.file),
      };
    }
  }

  /** Totals by model, in the order of models. */
  byModel(): CountedTotals[] {
    return this.#totals(() => null);
  }

  /** Totals by UTC day and model, in that order. */
  byDay(): CountedTotals[] {
    return this.#totals(({ timestampMs }) => (timestampMs === null ? '' : utcDay(timestampMs)));
  }

  #totals(dayOf: (response: CountedResponse) => string | null): CountedTotals[] {
    const groups = new Map<string, CountedTotals & { readonly sums: Mutable<VerifiedSums> }>();
    for (const response of this.each()) {
      const { model } = response;
      const day = dayOf(response);
      const group = `${day ?? ''}\n${model}`;
      let totals = groups.get(group);
      if (!totals) groups.set(group, (totals = { day, model, sums: { ...nothing } }));
      totals.sums.responses++;
      for (const name of counted) totals.sums[name] += response[name];
    }
    return [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, totals]) => totals);
  }

  /** Takes the scratch row as one more line of a response. */
  #keep(key: string): void {
    const known = this.#rows.get(key);
    if (known === undefined) {
      const start = this.#rows.size * width;
      this.#rows.set(key, start);
      if (start === this.#numbers.length) this.#grow();
      this.#numbers.set(this.#row, start);
      return;
    }
    if (this.#isLarger(known)) this.#numbers.set(this.#row.subarray(0, firstOfEarliest), known);
    if (this.#isEarlier(known)) {
      this.#numbers.set(this.#row.subarray(firstOfEarliest), known + firstOfEarliest);
    }
  }

  #grow(): void {
    const larger = new Float64Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }

  #isLarger(known: number): boolean {
    for (const column of usageOrder) {
      const difference = (this.#row[column] ?? 0) - this.#number(known + column);
      if (difference !== 0) return difference > 0;
    }
    return this.#compareNames(known, usageNames) > 0;
  }

  #isEarlier(known: number): boolean {
    for (const column of earliestOrder) {
      const [given = 0, before] = [this.#row[column], this.#number(known + column)];
      if (given !== before) return given < before;
    }
    return this.#compareNames(known, [at.file, at.session]) < 0;
  }

  /** Names by their bytes, as ClickHouse compares strings. */
  #compareNames(known: number, columns: readonly number[]): number {
    for (const column of columns) {
      const [given = 0, before] = [this.#row[column], this.#number(known + column)];
      if (given !== before) {
        return Buffer.compare(Buffer.from(this.#names[given] ?? ''), Buffer.from(this.#names[before] ?? ''));
      }
    }
    return 0;
  }

  #number(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  #nameAt(index: number): string {
    return this.#names[this.#number(index)] ?? '';
  }

  #nameIndex(name: string): number {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = this.#names.push(name) - 1;
      this.#indexes.set(name, index);
    }
    return index;
  }
}

const counted = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'webSearchRequests',
] as const satisfies readonly (keyof UsageCounts)[];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const nothing: VerifiedSums = {
  responses: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  webSearchRequests: 0,
};
