import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {{ readonly status: string, readonly fullName: string, readonly failureMessages?: readonly string[] | null }} VitestTest
 * @typedef {{ readonly status: string, readonly name: string, readonly message: string, readonly assertionResults: readonly VitestTest[] }} VitestFile
 *
 * @typedef {{ readonly message?: string, readonly stack?: string }} PlaywrightError
 * @typedef {{ readonly status: string, readonly results: readonly { readonly errors: readonly PlaywrightError[] }[] }} PlaywrightTest
 * @typedef {{ readonly title: string, readonly file: string, readonly line: number, readonly tests: readonly PlaywrightTest[] }} PlaywrightSpec
 * @typedef {{ readonly specs?: readonly PlaywrightSpec[], readonly suites?: readonly PlaywrightSuite[] }} PlaywrightSuite
 */

/** So much of what a failed test said is repeated: the message and the first places of its stack. */
const mostLines = 15;

/**
 * What failed in Vitest's JSON report, each as the file, the test's name and what it said. It is repeated at the end of
 * `npm test`: what is far above is not seen, or not kept.
 *
 * @param {{ readonly testResults: readonly VitestFile[] }} report
 * @returns {readonly string[]}
 */
export function failuresOfVitest({ testResults }) {
  return testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const failed = file.assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [described(file.name, [file.message])];
      return failed.map((test) => described(`${file.name} > ${test.fullName}`, test.failureMessages ?? []));
    });
}

/**
 * What failed in Playwright's JSON report, in the same form.
 *
 * @param {PlaywrightSuite & { readonly errors: readonly PlaywrightError[] }} report
 * @returns {readonly string[]}
 */
export function failuresOfPlaywright({ errors, ...root }) {
  return [
    ...failuresOfSuite(root),
    ...errors.map((error) => described('outside of the tests', [textOf(error)])),
  ];
}

/** @param {PlaywrightSuite} suite @returns {readonly string[]} */
function failuresOfSuite({ specs = [], suites = [] }) {
  const own = specs.flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === 'unexpected' || test.status === 'flaky')
      .map((test) =>
        described(
          `${spec.file}:${spec.line} > ${spec.title}`,
          test.results.flatMap((result) => result.errors.map(textOf)),
        ),
      ),
  );
  return [...own, ...suites.flatMap(failuresOfSuite)];
}

/** @param {PlaywrightError} error */
const textOf = (error) => error.stack ?? error.message ?? '';

/** @param {string} name @param {readonly string[]} messages */
function described(name, messages) {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n');
  return [name, ...lines.slice(0, mostLines).map((line) => `    ${line}`)].join('\n');
}
