import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a folder of transcripts adds up to, counted the slow way and without any code of the application. */
export interface Recount {
  files: number;
  bytes: number;
  lines: number;
  records: number;
  rejects: number;
  blanks: number;
  pending: number;
  responses: number;
  inputTokens: number;
  outputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  cacheReadTokens: number;
  webSearchRequests: number;
}

interface Line {
  type?: string;
  message?: {
    id?: string;
    model?: string;
    usage?: Record<string, number> & { cache_creation: Record<string, number> };
  };
}

export function transcriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => path.join(folder, name))
    .toSorted();
}

export function recount(folder: string): Recount {
  const sum = { files: 0, bytes: 0, lines: 0, records: 0, rejects: 0, blanks: 0, pending: 0 };
  const usages = new Map<string, NonNullable<NonNullable<Line['message']>['usage']>>();
  for (const file of transcriptsIn(folder)) {
    sum.files += 1;
    sum.bytes += statSync(file).size;
    const lines = readFileSync(file, 'utf8').split('\n');
    const unfinished = lines.pop() ?? '';
    for (const [text, isUnfinished] of [
      ...lines.map((text) => [text, false] as const),
      [unfinished, true] as const,
    ]) {
      if (isUnfinished && text === '') continue;
      sum.lines += 1;
      let line: Line | null = null;
      try {
        line = JSON.parse(text) as Line;
      } catch {
        if (text === '') sum.blanks += 1;
        else if (isUnfinished) sum.pending += 1;
        else sum.rejects += 1;
        continue;
      }
      sum.records += 1;
      const { id, model, usage } = (line.type === 'assistant' && line.message) || {};
      if (id === undefined || usage === undefined || model === '<synthetic>') continue;
      if ((usages.get(id)?.['output_tokens'] ?? -1) < (usage['output_tokens'] ?? 0)) usages.set(id, usage);
    }
  }
  const all = [...usages.values()];
  const total = (count: (usage: (typeof all)[number]) => unknown): number =>
    all.reduce((so, usage) => so + Number(count(usage) ?? 0), 0);
  return {
    ...sum,
    responses: all.length,
    inputTokens: total((usage) => usage['input_tokens']),
    outputTokens: total((usage) => usage['output_tokens']),
    cacheWrite5mTokens: total((usage) => usage.cache_creation['ephemeral_5m_input_tokens']),
    cacheWrite1hTokens: total((usage) => usage.cache_creation['ephemeral_1h_input_tokens']),
    cacheReadTokens: total((usage) => usage['cache_read_input_tokens']),
    webSearchRequests: total(
      (usage) =>
        (usage as { server_tool_use?: Record<string, number> }).server_tool_use?.['web_search_requests'],
    ),
  };
}
