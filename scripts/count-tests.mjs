/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Count */

/** @type {Count} */
export const none = { passed: 0, failed: 0, skipped: 0 };
/** @type {Count} */
export const onePassed = { ...none, passed: 1 };
/** @type {Count} */
export const oneFailed = { ...none, failed: 1 };

/** @param {readonly Count[]} counts @returns {Count} */
export function sum(counts) {
  return counts.reduce(
    (total, count) => ({
      passed: total.passed + count.passed,
      failed: total.failed + count.failed,
      skipped: total.skipped + count.skipped,
    }),
    none,
  );
}

/** The line that `npm test` ends with. @param {Count} count */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts Vitest's JSON report. A file that failed without naming a test counts as one failed test.
 *
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Count}
 */
export function countVitest({ testResults }) {
  return sum(
    testResults.map(({ status, assertionResults }) => {
      const count = sum(assertionResults.map((test) => countOf(test.status)));
      return status === 'failed' && count.failed === 0 ? sum([count, oneFailed]) : count;
    }),
  );
}

/** @param {string} status @returns {Count} */
function countOf(status) {
  if (status === 'passed') return onePassed;
  return status === 'failed' ? oneFailed : { ...none, skipped: 1 };
}

/**
 * Counts Playwright's JSON report. A flaky test has failed; an error outside of the tests is one more failure.
 *
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: readonly unknown[] }} report
 * @returns {Count}
 */
export function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}
