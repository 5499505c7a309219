import type {
  CheckResult,
  Dimension,
  Finding,
  Severity,
  VerificationAction,
} from '../../shared/verification.ts';

/** What a check is: where its result is listed and what it is counted for. */
export interface Check {
  /** Stable name, such as `file-checksum`. */
  readonly name: string;
  readonly tier: CheckResult['tier'];
  readonly dimension: Dimension;
  /** In words, for people: what has to be so. */
  readonly title: string;
}

/** A finding as a check reports it. */
export interface Found {
  readonly severity?: Severity;
  readonly root?: string;
  readonly file?: string;
  readonly offset?: number | null;
  readonly message: string;
  readonly advice: string;
  readonly action: VerificationAction;
  readonly count?: number;
}

/** Findings listed one by one for a check; those beyond are counted in one more. */
const mostListed = 500;

/** Collects what the checks of a verification looked at and found. */
export class Findings {
  readonly #findings: Finding[] = [];
  readonly #checks = new Map<
    string,
    { check: Check; checked: number; wrong: number; detail: string; status: CheckResult['status'] }
  >();

  /** Begins a check; what it looked at is added as it goes. */
  begin(check: Check): void {
    this.#checks.set(check.name, { check, checked: 0, wrong: 0, detail: '', status: 'passed' });
  }

  /** A check has looked at more. */
  looked(check: Check, count: number): void {
    this.#entry(check).checked += count;
  }

  skip(check: Check, why: string): void {
    this.begin(check);
    const entry = this.#entry(check);
    entry.status = 'skipped';
    entry.detail = why;
  }

  say(check: Check, detail: string): void {
    this.#entry(check).detail = detail;
  }

  add(check: Check, found: Found): void {
    const { severity = 'error', root, file, offset = null, message, advice, action, count = 1 } = found;
    const entry = this.#entry(check);
    if (severity === 'error') {
      entry.wrong += count;
      entry.status = 'failed';
    } else if (severity === 'warning' && entry.status === 'passed') entry.status = 'warned';
    const place = root === undefined ? null : { root, file: file ?? '', offset };
    const { name, dimension } = check;
    const listed = this.#findings.filter((one) => one.check === name).length;
    if (listed < mostListed) {
      this.#findings.push({ check: name, severity, dimension, place, message, advice, action, count });
    } else {
      const last = this.#findings.findLastIndex((one) => one.check === name);
      const before = this.#findings[last];
      if (before) this.#findings[last] = { ...before, count: before.count + count };
    }
  }

  get count(): number {
    return this.#findings.length;
  }

  /** Errors first, then in the order in which they were found. */
  all(): Finding[] {
    const rank = { error: 0, warning: 1, note: 2 };
    return this.#findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  }

  checks(): CheckResult[] {
    return [...this.#checks.values()].map(({ check, checked, wrong, detail, status }) => {
      const { name, tier, title } = check;
      return { check: name, tier, title, status, checked, wrong, detail };
    });
  }

  /** What was looked at for a dimension, and how much of it is wrong. */
  tally(dimension: Dimension): { checked: number; wrong: number } {
    const entries = [...this.#checks.values()].filter(
      ({ check, status }) => check.dimension === dimension && status !== 'skipped',
    );
    return {
      checked: entries.reduce((sum, { checked }) => sum + checked, 0),
      wrong: entries.reduce((sum, { wrong }) => sum + wrong, 0),
    };
  }

  #entry(check: Check): {
    check: Check;
    checked: number;
    wrong: number;
    detail: string;
    status: CheckResult['status'];
  } {
    const entry = this.#checks.get(check.name);
    if (!entry) throw new Error(`The check ${check.name} has not begun`);
    return entry;
  }
}
