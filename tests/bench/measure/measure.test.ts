import { expect, test } from 'vitest';
import { measure } from './measure.ts';
import { canMeasureProcesses } from './process-tree.ts';

/** Uses up `milliseconds` of CPU, however long that takes. */
const burn = (milliseconds: number): string =>
  `while (process.cpuUsage().user / 1000 < ${milliseconds}); console.log('burned');`;
const run = (script: string) =>
  measure({ file: process.execPath, args: ['--eval', script], dataDir: '/there/is/no/such/folder' });

test('a command that leaves a process running is measured until that has ended', async () => {
  const child = JSON.stringify(burn(500));
  // The parent lives for a while: somebody has to see whose child it is.
  const { cpuSeconds, peakBytes, stdout } = await run(`
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['--eval', ${child}], { detached: true, stdio: 'ignore' }).unref();
    ${burn(400)}`);
  expect(stdout).toBe('burned\n');
  if (!canMeasureProcesses) return expect([cpuSeconds, peakBytes]).toEqual([null, null]);
  expect(cpuSeconds).toBeGreaterThan(0.75);
  expect(peakBytes).toBeGreaterThan(60e6);
});

test('a command that fails is an error, with what it said', async () => {
  await expect(run('console.error("no such thing"); process.exit(3)')).rejects.toThrow(
    /ended with 3:\nno such thing/,
  );
});
