import type { DiscoveredFile, DiscoverySummary, FileState, Root } from '../../src/shared/discovery.ts';

const day = 86_400_000;
const projects = [
  '/home/ines/work/ledger-sync',
  '/home/ines/work/ledger-sync/packages/reconcile',
  '/home/ines/work/harbour-map',
  '/home/ines/work/tide-tables',
  '/home/ines/src/clickhouse-notes',
  '/home/ines/src/parser-of-unreasonably-long-project-names-for-testing',
  '/home/ines/thesis',
  '/srv/checkouts/monorepo',
];

export const roots: readonly Root[] = [
  { path: '/home/ines/.claude/projects', origin: 'default', state: 'present' },
  { path: '/home/ines/.config/claude/projects', origin: 'default', state: 'missing' },
  {
    path: '/media/ines/backup-2026-08/home/ines/.claude/projects',
    origin: 'added',
    state: 'present',
  },
];

/** The same numbers every time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hex(next: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
}

/** A made-up history: sizes, ages and kinds as in the research set. */
export function makeFiles(count: number, nowMs: number, isImported = false): DiscoveredFile[] {
  const next = random(7);
  const files = Array.from({ length: count }, (_, index): DiscoveredFile => {
    const project = projects[Math.floor(next() ** 1.6 * projects.length)] ?? '/home/ines';
    const sessionId = `${hex(next, 8)}-${hex(next, 4)}-4${hex(next, 3)}-a${hex(next, 3)}-${hex(next, 12)}`;
    const folder = project.replaceAll(/[^a-zA-Z0-9]/g, '-');
    const isSubagent = next() < 0.42;
    const sizeBytes = Math.round(1200 + next() ** 5 * 9_400_000 * (isSubagent ? 0.4 : 4));
    const lines = Math.max(1, Math.round(sizeBytes / 3623));
    const state = stateOf(next(), isImported);
    return {
      root:
        index % 9 === 0
          ? '/media/ines/backup-2026-08/home/ines/.claude/projects'
          : '/home/ines/.claude/projects',
      file: isSubagent
        ? `${folder}/${sessionId}/subagents/agent-a${hex(next, 16)}.jsonl`
        : `${folder}/${sessionId}.jsonl`,
      sizeBytes,
      modifiedMs: nowMs - Math.round(next() ** 1.4 * 29.4 * day),
      identity: { device: '2049', inode: String(1_000_000 + index), fingerprint: hex(next, 16) },
      project,
      sessionId,
      kind: isSubagent ? 'subagent' : next() < 0.03 ? 'stub' : 'session',
      state,
      reason:
        state === 'unreadable'
          ? 'permission denied'
          : state === 'corrupt'
            ? 'the first line is not JSON'
            : '',
      estimate: {
        lines,
        responses: Math.round(lines * 0.28),
        tokens: Math.round(sizeBytes * 7.9),
        isExact: sizeBytes < 65_536,
      },
    };
  });
  // Discovery goes by the newest first.
  return files.toSorted((a, b) => b.modifiedMs - a.modifiedMs);
}

function stateOf(dice: number, isImported: boolean): FileState {
  if (dice < 0.004) return 'unreadable';
  if (dice < 0.007) return 'corrupt';
  if (!isImported) return 'new';
  if (dice < 0.03) return 'grown';
  if (dice < 0.04) return 'rewritten';
  if (dice < 0.06) return 'vanished';
  return dice < 0.08 ? 'new' : 'unchanged';
}

const pending: ReadonlySet<FileState> = new Set(['new', 'grown', 'rewritten']);

export function summarise(
  files: readonly DiscoveredFile[],
  status: DiscoverySummary['status'],
  of: readonly Root[] = roots,
): DiscoverySummary {
  const byState = { new: 0, grown: 0, unchanged: 0, rewritten: 0, vanished: 0, unreadable: 0, corrupt: 0 };
  for (const { state } of files) byState[state] += 1;
  const sum = (value: (file: DiscoveredFile) => number) =>
    files.reduce((total, file) => total + value(file), 0);
  const due = files.filter(({ state }) => pending.has(state));
  return {
    status,
    roots: of,
    files: files.length,
    sizeBytes: sum((file) => file.sizeBytes),
    estimatedLines: sum((file) => file.estimate.lines),
    estimatedResponses: sum((file) => file.estimate.responses),
    estimatedTokens: sum((file) => file.estimate.tokens),
    pendingFiles: due.length,
    pendingBytes: due.reduce((total, file) => total + file.sizeBytes, 0),
    byState,
    message: null,
  };
}
