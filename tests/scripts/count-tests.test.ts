import { expect, test } from 'vitest';
import { countPlaywright, countVitest, sum, summary } from '../../scripts/count-tests.mjs';

const assertions = (...statuses: string[]) => statuses.map((status) => ({ status }));

test("Vitest's tests are counted by their status", () => {
  const testResults = [
    { status: 'passed', assertionResults: assertions('passed', 'passed', 'pending', 'todo') },
    { status: 'failed', assertionResults: assertions('passed', 'failed') },
  ];
  expect(countVitest({ testResults })).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('a file that could not be loaded is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(countVitest({ testResults })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a flaky test and an error outside of the tests are failures', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 5, failed: 3, skipped: 2 });
});

test('the last line names skipped tests only when there are some', () => {
  const counts = [
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 1, failed: 1, skipped: 0 },
  ];
  expect(summary(sum(counts))).toBe('3 passed, 1 failed');
  expect(summary({ passed: 1, failed: 0, skipped: 4 })).toBe('1 passed, 0 failed, 4 skipped');
});
