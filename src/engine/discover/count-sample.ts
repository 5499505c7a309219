import type { FileEstimate } from '../../shared/discovery.ts';
import { parseLine } from '../extract/parse-line.ts';
import { isLargerUsage, readEvidence } from '../extract/response-evidence.ts';
import { isBlank, splitLines, startsWithByteOrderMark } from '../extract/split-lines.ts';
import { totalTokens, type Usage } from '../extract/usage.ts';
import type { Sample, SamplePart } from './read-sample.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the lines of a sample add up to. */
export interface SampleCounts {
  /** Lines that start in the sample, blank and half-written ones too. */
  readonly lines: number;
  readonly blanks: number;
  readonly records: number;
  /** Complete lines that are no records. */
  readonly rejects: number;
  /** `user` and `assistant` records. */
  readonly messages: number;
  readonly responses: number;
  /** Input, output, cache writes and cache reads of these responses. */
  readonly tokens: number;
  /** Messages of a subagent: on the sidechain and with an agent's id. A main session may hold some. */
  readonly agentMessages: number;
}

/**
 * Counts the lines that start in parts of a file and the responses that end in it.
 *
 * Of a whole file the responses are exact: the counting rule applied within this file. `progress` lines are left
 * out, since the response they repeat is in a subagent's file. In a part, a response counts where the last of its
 * lines is: one that reaches over the edge is counted once, or not at all.
 */
export function countSample(parts: readonly SamplePart[]): SampleCounts {
  const count = { lines: 0, blanks: 0, records: 0, rejects: 0, messages: 0, agentMessages: 0 };
  const responses = new Map<string, Usage>();
  for (const part of parts) {
    const run = new ResponseRun(responses);
    for (const line of linesOf(part)) {
      if (!line.isCounted && !run.isOpen) break;
      if (line.isCounted) {
        count.lines += 1;
        if (line.is === 'blank') count.blanks += 1;
        if (line.is === 'reject') count.rejects += 1;
        if (line.is === 'record') {
          count.records += 1;
          if (isMessage(line.record)) count.messages += 1;
          if (isAgentMessage(line.record)) count.agentMessages += 1;
        }
      }
      if (line.is === 'record' && !run.add(line.record, line)) break;
    }
    run.close();
  }
  let tokens = 0;
  for (const usage of responses.values()) tokens += totalTokens(usage);
  return { ...count, responses: responses.size, tokens };
}

/**
 * Extrapolates by bytes. The head stands for itself, the other parts for the rest: heads are unlike what
 * follows (snapshots, short first prompts), so a sample that holds all of the head would count it too often.
 */
export function estimateFile(sample: Sample): FileEstimate {
  if (sample.isWhole) {
    const { lines, responses, tokens } = countSample(sample.parts);
    return { lines, responses, tokens, isExact: true };
  }
  const head = countSample(sample.parts.slice(0, 1));
  const others = countSample(sample.parts.slice(1));
  const headBytes = countedBytes(sample.parts.slice(0, 1));
  const otherBytes = countedBytes(sample.parts.slice(1));
  const factor = otherBytes === 0 ? 0 : Math.max(0, sample.sizeBytes - headBytes) / otherBytes;
  return {
    lines: Math.max(1, Math.round(head.lines + others.lines * factor)),
    responses: Math.round(head.responses + others.responses * factor),
    tokens: Math.round(head.tokens + others.tokens * factor),
    isExact: false,
  };
}

function countedBytes(parts: readonly SamplePart[]): number {
  return parts.reduce((sum, part) => sum + part.countedBytes, 0);
}

type SampleLine = { readonly place: string; readonly isCounted: boolean } & (
  | { readonly is: 'record'; readonly record: Json }
  /** `cut`: half-written, or reaching out of the part. */
  | { readonly is: 'reject' | 'blank' | 'cut' }
);

function* linesOf(part: SamplePart): Generator<SampleLine> {
  const { bytes, countedBytes } = part;
  const from = part.startsLine ? 0 : bytes.indexOf(0x0a) + 1;
  if (from === 0 && !part.startsLine) return;
  const mark = part.startsFile && startsWithByteOrderMark(bytes) ? 3 : 0;
  for (const { start, end, isTerminated } of splitLines(bytes, from, bytes.length)) {
    const isCounted = start < countedBytes;
    const place = String(part.position + start);
    const first = start === 0 ? mark : start;
    if (isBlank(bytes, first, end)) {
      yield { place, isCounted, is: 'blank' };
      continue;
    }
    const parsed = isTerminated || part.endsFile ? parseLine(bytes, first, end) : null;
    if (parsed?.kind === 'record') yield { place, isCounted, is: 'record', record: parsed.record };
    else yield { place, isCounted, is: parsed !== null && isTerminated ? 'reject' : 'cut' };
  }
}

/** The lines of one response while they follow each other; a later run of the same response adds nothing to the count. */
class ResponseRun {
  private key: string | null = null;
  private isCounted = false;
  private readonly held = new Map<string, Usage>();
  private readonly responses: Map<string, Usage>;

  constructor(responses: Map<string, Usage>) {
    this.responses = responses;
  }

  get isOpen(): boolean {
    return this.key !== null;
  }

  /** False when the sample ends here: another response begins behind the counted bytes. */
  add(record: Json, at: { readonly place: string; readonly isCounted: boolean }): boolean {
    if (record['type'] !== 'assistant') return true;
    const { sessionId } = record;
    const evidence = readEvidence(record, typeof sessionId === 'string' ? sessionId : '', at.place);
    const [first] = evidence;
    if (first === undefined) return true;
    if (first.key !== this.key) {
      this.close();
      if (!at.isCounted) return false;
      this.key = first.key;
    }
    this.isCounted = at.isCounted;
    for (const { key, usage } of evidence) keepLarger(this.held, key, usage);
    return true;
  }

  close(): void {
    if (this.isCounted) for (const [key, usage] of this.held) keepLarger(this.responses, key, usage);
    this.key = null;
    this.isCounted = false;
    this.held.clear();
  }
}

function keepLarger(usages: Map<string, Usage>, key: string, usage: Usage): void {
  const known = usages.get(key);
  if (!known || isLargerUsage(usage, known)) usages.set(key, usage);
}

function isMessage(record: Json): boolean {
  return record['type'] === 'user' || record['type'] === 'assistant';
}

function isAgentMessage(record: Json): boolean {
  const { agentId } = record;
  return isMessage(record) && record['isSidechain'] === true && typeof agentId === 'string' && agentId !== '';
}
