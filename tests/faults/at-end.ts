import { afterAll, expect, onTestFinished } from 'vitest';

/**
 * Tidies up: after the test that is running, else after all tests of the file. What was made last goes first.
 *
 * `afterAll` does nothing when a test calls it.
 */
export function atEnd(tidy: () => unknown): void {
  const act = async (): Promise<void> => void (await tidy());
  if (expect.getState().currentTestName === undefined) afterAll(act);
  else onTestFinished(act);
}
