type List<Item> = readonly [Item, ...Item[]];

export interface DemoProject {
  readonly cwd: string;
  readonly branches: List<string>;
}

/** Made-up projects of a made-up person. */
export const demoProjects: List<DemoProject> = [
  { cwd: '/home/ada/work/webshop', branches: ['main', 'feature/checkout', 'fix/tax-rounding'] },
  { cwd: '/home/ada/work/webshop-api', branches: ['main', 'feature/webhooks'] },
  { cwd: '/home/ada/work/billing.service', branches: ['develop', 'release/4.2'] },
  { cwd: '/home/ada/work/map_tiles', branches: ['main'] },
  { cwd: '/home/ada/private/garden-planner', branches: ['main', 'seasons'] },
  { cwd: '/home/ada/private/chess', branches: ['main'] },
  { cwd: '/home/ada/work/infra', branches: ['main', 'cluster-upgrade'] },
  { cwd: '/home/ada/work/docs', branches: ['main', 'übersetzung'] },
];

/** How a version writes the lines of one response (guide/format.md 5, eras B to E). */
export interface DemoVersion {
  readonly version: string;
  /** `last`: a placeholder until the last line. `same`: every line final. `never`: growing, no stop_reason at all. */
  readonly usage: 'last' | 'same' | 'never';
  /** Where subagents are written: beside the session, or below it. */
  readonly agents: 'beside' | 'below';
  /** Repeats messages of subagents as `progress` lines. */
  readonly hasProgress: boolean;
  readonly models: List<string>;
  /** Share of responses whose cache writes last an hour. */
  readonly oneHourShare: number;
}

const sonnet45 = 'claude-sonnet-4-5-20250929';
const opus45 = 'claude-opus-4-5-20251101';
const haiku45 = 'claude-haiku-4-5-20251001';

export const demoVersions: List<DemoVersion> = [
  {
    version: '2.0.76',
    usage: 'last',
    agents: 'beside',
    hasProgress: false,
    models: [opus45, opus45, sonnet45, haiku45],
    oneHourShare: 0,
  },
  {
    version: '2.1.45',
    usage: 'never',
    agents: 'below',
    hasProgress: true,
    models: ['claude-opus-4-6', sonnet45, haiku45],
    oneHourShare: 0.3,
  },
  {
    version: '2.1.88',
    usage: 'last',
    agents: 'below',
    hasProgress: false,
    models: ['claude-opus-4-6', 'claude-sonnet-4-6', haiku45],
    oneHourShare: 0.6,
  },
  {
    version: '2.1.231',
    usage: 'same',
    agents: 'below',
    hasProgress: false,
    models: ['claude-opus-4-6', 'claude-opus-4-6', 'claude-sonnet-4-6', haiku45],
    oneHourShare: 0.8,
  },
];

export const demoPrompts: List<string> = [
  'The order total is off by one cent when a voucher is used. Please find out why and fix it.',
  'Add a test for the case that the customer has two delivery addresses.',
  'Can you explain how the retry queue works? I do not want to change anything yet.',
  'Rename `fetchAll` to `listOrders` everywhere and update the docs.',
  'The build is red on CI but green here. Look at the log and tell me what differs.',
  'Bitte übersetze die Fehlermeldungen ins Deutsche – kurz und freundlich. ✅',
  'Write a migration that splits the name column, and make it safe to run twice.',
  'Why is the start page slow? Measure first, then suggest.',
  'Please review the last commit as if you were a grumpy maintainer.',
  'Continue.',
];

export const demoSentences: List<string> = [
  'I will look at the code first.',
  'The rounding happens before the discount is applied, so the two orders of operation differ by a cent.',
  'All tests pass now; the new one failed before the change.',
  'The queue keeps an entry until its handler has answered, and tries again with a growing delay.',
  'Two callers relied on the old name; both are updated.',
  'The log shows another time zone on CI, and the test compares local dates.',
  'This is safe to run again: the second run finds nothing to do.',
  'Most of the time is spent waiting for one query without an index.',
  'I left the public interface as it was.',
  'Shall I also update the changelog?',
];

export const demoCommands: List<readonly [string, string]> = [
  ['npm test', 'Run the tests'],
  ['git status --short', 'Show changed files'],
  ['git log --oneline -20', 'Show recent commits'],
  ['npx tsc --noEmit', 'Check types'],
  ['rg -n "roundCents" src', 'Find callers'],
  ['docker compose ps', 'Show services'],
];

export const demoFiles: List<string> = [
  'src/cart/total.ts',
  'src/cart/voucher.ts',
  'src/queue/retry.ts',
  'src/pages/start.tsx',
  'tests/cart/total.test.ts',
  'docs/Überblick.md',
  'migrations/0042_split_name.sql',
];

/** Lines that tool output is put together from. */
export const demoOutput: List<string> = [
  '  ✓ rounds half a cent to the even side (2 ms)',
  'export function totalOf(items: readonly Item[], voucher?: Voucher): Cents {',
  '  return items.reduce((sum, item) => sum + item.price * item.count, 0);',
  "import { describe, expect, it } from 'vitest';",
  '    at Object.<anonymous> (/home/ada/work/webshop/src/cart/total.ts:41:17)',
  'M  src/cart/total.ts',
  '\u001b[32mPASS\u001b[39m tests/cart/total.test.ts',
  '-- the second run finds the column and does nothing',
  'warning: 3 packages have updates',
  '}',
];

export const demoSummaries: List<string> = [
  'Voucher rounding fixed and tested',
  'Retry queue explained',
  'CI time zone difference',
  'Start page: missing index found',
];
