import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** All processors: Vitest leaves one of them idle otherwise, which is half of a small machine. */
const everyProcessor = '100%';

/** Suites with a database of their own wait much, for processes and servers: two leave a third of two processors idle. */
const databasesAtOnce = 3;

/**
 * Four projects: plain Node, the window's components in a simulated DOM, the real embedded ClickHouse, and what goes wrong:
 * kills, full disks, servers that fail.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/{shared,engine,cli,main,preload,scripts,bench}/**/*.test.ts'],
          environment: 'node',
          maxWorkers: everyProcessor,
          // A limit for what hangs, not for what is slow on a busy machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'unit-renderer',
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: ['tests/renderer/setup.ts'],
          maxWorkers: everyProcessor,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          maxWorkers: databasesAtOnce,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          environment: 'node',
          maxWorkers: databasesAtOnce,
          // The long part kills and restarts for half an hour (tests/faults/extent.ts).
          testTimeout: process.env['TOKENHOUSE_FAULTS'] === 'long' ? 3_600_000 : 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
