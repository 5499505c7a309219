import { expect, test } from 'vitest';
import { failuresOfPlaywright, failuresOfVitest } from '../../scripts/list-failures.mjs';

const spec = (title: string, status: string) => ({
  title,
  file: 'w.spec.ts',
  line: 7,
  tests: [{ status, results: [{ errors: status === 'expected' ? [] : [{ message: 'not seen' }] }] }],
});

test('what failed is named with its file and what it said, without colours', () => {
  const testResults = [
    {
      status: 'passed',
      name: 'a.test.ts',
      message: '',
      assertionResults: [{ status: 'passed', fullName: 'fine' }],
    },
    {
      status: 'failed',
      name: 'b.test.ts',
      message: '',
      assertionResults: [
        { status: 'passed', fullName: 'fine' },
        {
          status: 'failed',
          fullName: 'adds',
          failureMessages: ['\u001B[31mexpected 3\u001B[39m\n at b.test.ts:5'],
        },
      ],
    },
    { status: 'failed', name: 'c.test.ts', message: 'no such module', assertionResults: [] },
  ];
  expect(failuresOfVitest({ testResults })).toEqual([
    'b.test.ts > adds\n    expected 3\n     at b.test.ts:5',
    'c.test.ts\n    no such module',
  ]);
});

test('a long message is cut', () => {
  const failureMessages = [Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')];
  const assertionResults = [{ status: 'failed', fullName: 'talks', failureMessages }];
  const [failure] = failuresOfVitest({
    testResults: [{ status: 'failed', name: 'a.test.ts', message: '', assertionResults }],
  });
  expect(failure?.split('\n')).toHaveLength(16);
});

test('failed and flaky tests of nested suites are named, and errors outside of the tests', () => {
  const suites = [
    {
      specs: [spec('opens', 'expected')],
      suites: [{ specs: [spec('closes', 'unexpected'), spec('moves', 'flaky')] }],
    },
  ];
  expect(failuresOfPlaywright({ suites, errors: [{ message: 'no display' }] })).toEqual([
    'w.spec.ts:7 > closes\n    not seen',
    'w.spec.ts:7 > moves\n    not seen',
    'outside of the tests\n    no display',
  ]);
});
