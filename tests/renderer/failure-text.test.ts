import { expect, test } from 'vitest';
import { failureText } from '../../src/renderer/failure-text.ts';
import { failureCodes } from '../../src/shared/failure.ts';

test.each(failureCodes)('%s has a title and advice', (code) => {
  const { title, advice } = failureText(code);
  expect(title).toMatch(/^[A-Z].*[^.!]$/);
  expect(advice).toMatch(/^[A-Z].*\.$/);
});
