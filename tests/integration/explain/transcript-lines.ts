/** A line of a made-up transcript: text is written as it is, an object as JSON. */
export type MadeUpLine = Readonly<Record<string, unknown>> | string;

export interface LineValues {
  readonly id?: string | null;
  /** Null: the line has no request id. */
  readonly request?: string | null;
  readonly at?: string;
  readonly session?: string;
  readonly sidechain?: boolean;
  readonly model?: string | null;
  readonly input?: number;
  readonly output?: number;
  readonly write?: number;
  readonly read?: number;
  readonly uuid?: string;
  readonly stop?: string | null;
  /** Further members of the usage, the message and the record. */
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly record?: Readonly<Record<string, unknown>>;
}

export const madeUpModel = 'claude-sonnet-4-5-20250929';

/** A line of an assistant as Claude Code writes it. */
export function assistant(values: LineValues = {}): Readonly<Record<string, unknown>> {
  const { id = 'msg_1', request = 'req_1', at = '2026-01-05T10:00:00.000Z', model = madeUpModel } = values;
  return {
    type: 'assistant',
    uuid: values.uuid ?? `${id}-${request}-${values.input}-${values.output}`,
    timestamp: at,
    sessionId: values.session ?? 'S1',
    isSidechain: values.sidechain ?? false,
    version: '2.1.100',
    cwd: '/work/shop',
    ...(request === null ? {} : { requestId: request }),
    message: {
      role: 'assistant',
      ...(model === null ? {} : { model }),
      ...(id === null ? {} : { id }),
      content: [{ type: 'text', text: 'Done.' }],
      stop_reason: values.stop ?? 'end_turn',
      usage: {
        input_tokens: values.input ?? 1,
        output_tokens: values.output ?? 10,
        cache_creation_input_tokens: values.write ?? 0,
        cache_read_input_tokens: values.read ?? 0,
        ...values.usage,
      },
      ...values.message,
    },
    ...values.record,
  };
}

/** A line that repeats a subagent's message in the session that started it. */
export function progress(values: LineValues = {}, outer: Readonly<Record<string, unknown>> = {}): MadeUpLine {
  const { message, timestamp, uuid, sessionId, requestId } = assistant(values);
  return {
    type: 'progress',
    uuid: `progress-${String(uuid)}`,
    timestamp,
    sessionId,
    isSidechain: false,
    version: '2.1.20',
    cwd: '/work/shop',
    data: {
      type: 'agent_progress',
      prompt: '',
      agentId: 'a1',
      message: {
        type: 'assistant',
        timestamp,
        uuid,
        ...(requestId === undefined ? {} : { requestId }),
        message,
      },
    },
    ...outer,
  };
}

export function toText(lines: readonly MadeUpLine[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}
