import type { DemoTally, DemoUsage } from './demo-totals.ts';
import type { DemoProject, DemoVersion } from './demo-words.ts';
import type { Random } from './random.ts';

type Json = Readonly<Record<string, unknown>>;

/** Milliseconds since 1970 that only go forward and stop short of the end of the history. */
export class DemoClock {
  private nowMs: number;
  private readonly endMs: number;

  constructor(startMs: number, endMs: number) {
    this.nowMs = startMs;
    this.endMs = endMs;
  }

  get ms(): number {
    return this.nowMs;
  }

  advance(ms: number): string {
    this.nowMs = Math.min(this.nowMs + ms, this.endMs - 1);
    return new Date(this.nowMs).toISOString();
  }
}

/** What the lines of one session have in common. */
export interface DemoSetting {
  readonly random: Random;
  readonly tally: DemoTally;
  readonly clock: DemoClock;
  readonly project: DemoProject;
  readonly branch: string;
  readonly version: DemoVersion;
  readonly sessionId: string;
}

/** One file on its way: its lines so far, each with its newline. Holds one session, never the history. */
export class Transcript {
  readonly file: string;
  readonly setting: DemoSetting;
  readonly agentId: string | null;
  readonly model: string;
  private readonly lines: string[] = [];
  private parentUuid: string | null = null;

  constructor(file: string, setting: DemoSetting, model: string, agentId: string | null = null) {
    this.file = file;
    this.setting = setting;
    this.model = model;
    this.agentId = agentId;
  }

  get text(): string {
    return this.lines.join('');
  }

  get length(): number {
    return this.lines.length;
  }

  /** The first lines, for a fork to begin with. */
  head(count: number): readonly string[] {
    return this.lines.slice(0, count);
  }

  /** A line as it is. False when the history has all the lines it was asked for. */
  addText(line: string, kind: 'records' | 'rejects' | 'blanks' | 'pending' = 'records'): boolean {
    if (this.setting.tally.remaining <= 0) return false;
    this.setting.tally.addLine(kind);
    this.lines.push(kind === 'pending' ? line : `${line}\n`);
    return true;
  }

  /** A line without place in the conversation, such as a summary. */
  addLoose(record: Json): boolean {
    return this.addText(JSON.stringify(record));
  }

  /** A line of the conversation, after the one before. */
  add(type: string, afterMs: number, fields: Json): boolean {
    const { random, clock, project, branch, version, sessionId } = this.setting;
    const uuid = random.uuid();
    const isAdded = this.addLoose({
      parentUuid: this.parentUuid,
      isSidechain: this.agentId !== null,
      userType: 'external',
      cwd: project.cwd,
      sessionId,
      version: version.version,
      gitBranch: branch,
      ...(this.agentId === null ? {} : { agentId: this.agentId }),
      type,
      ...fields,
      uuid,
      timestamp: clock.advance(afterMs),
    });
    if (isAdded) this.parentUuid = uuid;
    return isAdded;
  }

  /**
   * One response: a line per block of its content, all with the same ids. What the lines say about usage depends on
   * the version; the tally gets the largest that was written. False when no line of it was.
   */
  addResponse(response: {
    readonly id: string;
    readonly content: readonly Json[];
    readonly stopReason: string;
    readonly usage: DemoUsage;
  }): boolean {
    const { random, tally, version } = this.setting;
    const requestId = `req_01${random.base58(22)}`;
    const last = response.content.length - 1;
    let largest: DemoUsage | null = null;
    for (const [index, block] of response.content.entries()) {
      const usage = { ...response.usage, output: this.outputAt(index, last, response.usage.output) };
      const isFinal = version.usage === 'same' || (version.usage === 'last' && index === last);
      const message = {
        model: this.model,
        id: response.id,
        type: 'message',
        role: 'assistant',
        content: [block],
        stop_reason: isFinal ? response.stopReason : null,
        stop_sequence: null,
        usage: usageDocument(usage, version.usage === 'same'),
      };
      if (!this.add('assistant', random.around(2500), { message, requestId })) break;
      if (largest === null || usage.output > largest.output) largest = usage;
    }
    if (largest === null) return false;
    tally.addResponse(largest);
    return true;
  }

  /** Output tokens that the line of a block states: final, a placeholder, or what had streamed by then. */
  private outputAt(index: number, last: number, final: number): number {
    if (this.setting.version.usage === 'same' || (this.setting.version.usage === 'last' && index === last)) {
      return final;
    }
    return this.setting.version.usage === 'last' ? Math.min(final, 2) : Math.min(final, 1 + index * 7);
  }
}

/** `message.usage` in two of the shapes of guide/format.md 4. */
export function usageDocument(usage: DemoUsage, isRecent: boolean): Json {
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead, webSearches } = usage;
  const counts = {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5m,
      ephemeral_1h_input_tokens: cacheWrite1h,
    },
    output_tokens: output,
    service_tier: 'standard',
  };
  if (!isRecent && webSearches === 0) return counts;
  const tools = { web_search_requests: webSearches, web_fetch_requests: 0 };
  return {
    ...counts,
    server_tool_use: tools,
    inference_geo: 'not_available',
    iterations: [],
    speed: 'standard',
  };
}
