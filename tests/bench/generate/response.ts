import { logNormal } from './sizes.ts';
import type { Session } from './session.ts';

/** A tool call that waits for its result. */
export interface ToolCall {
  readonly id: string;
  readonly name: ToolName;
}

const toolNames = ['Read', 'Bash', 'Edit', 'Grep', 'Task', 'TodoWrite', 'mcp__docs__search'] as const;
export type ToolName = (typeof toolNames)[number];
/** How often each is called, in the order of the names. */
const toolShares = [0.3, 0.32, 0.2, 0.1, 0.02, 0.04, 0.02];

function pickTool(fraction: number): ToolName {
  let rest = fraction;
  for (const [index, share] of toolShares.entries()) {
    rest -= share;
    if (rest < 0) return toolNames[index] ?? 'Read';
  }
  return 'Read';
}

/**
 * Writes one response of the model, one line for each of its one to four blocks.
 *
 * @returns the calls it makes
 */
export function writeResponse(session: Session, mayCall: boolean, mayThink = true): ToolCall[] {
  const { random } = session.teller;
  const calls: ToolCall[] = [];
  const blocks: ('thinking' | 'text' | ToolCall)[] = [];
  if (mayThink && random.chance(0.35)) blocks.push('thinking');
  if (random.chance(0.5) || !mayCall) blocks.push('text');
  const wanted = mayCall ? (random.chance(0.12) ? 2 : 1) : 0;
  for (let call = 0; call < wanted; call += 1) {
    const tool = { id: `toolu_01${random.base58(22)}`, name: pickTool(random.fraction()) };
    calls.push(tool);
    blocks.push(tool);
  }
  const message = newMessage(session);
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1;
    writeBlock(session, block, message, isLast, calls.length > 0);
  }
  session.responses += 1;
  return calls;
}

interface Message {
  readonly id: string;
  readonly requestId: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly isHour: boolean;
  /** The lines before the last state a smaller output. */
  readonly grows: boolean;
}

function newMessage(session: Session): Message {
  const { random } = session.teller;
  return {
    id: `msg_01${random.base58(22)}`,
    requestId: `req_011C${random.base58(20)}`,
    input: random.between(1, 20),
    cacheRead: random.around(60_000),
    cacheWrite: random.around(1500),
    output: random.around(300),
    isHour: random.chance(0.3),
    grows: random.chance(0.4),
  };
}

function writeBlock(
  session: Session,
  block: 'thinking' | 'text' | ToolCall,
  message: Message,
  isLast: boolean,
  callsTools: boolean,
): void {
  const { out } = session.teller;
  out
    .text(session.head())
    .text(`"message":{"model":"${session.facts.model}","id":"${message.id}","type":"message",`)
    .text('"role":"assistant","content":[');
  writeContent(session, block);
  const stopReason = isLast ? (callsTools ? '"tool_use"' : '"end_turn"') : 'null';
  out
    .text(`],"stop_reason":${stopReason},"stop_sequence":null,"usage":${usage(message, isLast)}},`)
    .text(`"requestId":"${message.requestId}","type":"assistant",`)
    .text(session.tail())
    .endLine();
}

/** The usage as a line states it; also what a `progress` line repeats of a subagent. */
function usage({ input, output, cacheRead, cacheWrite, isHour, grows }: Message, isLast: boolean): string {
  const [fiveMinutes, oneHour] = isHour ? [0, cacheWrite] : [cacheWrite, 0];
  return `{"input_tokens":${input},"cache_creation_input_tokens":${cacheWrite},"cache_read_input_tokens":${cacheRead},"cache_creation":{"ephemeral_5m_input_tokens":${fiveMinutes},"ephemeral_1h_input_tokens":${oneHour}},"output_tokens":${isLast || !grows ? output : Math.min(output, 4)},"service_tier":"standard"}`;
}

function writeContent(session: Session, block: 'thinking' | 'text' | ToolCall): void {
  const { out, pools, random } = session.teller;
  if (block === 'thinking') {
    out
      .text('{"type":"thinking","thinking":"')
      .slice(pools.prose.slice(random, logNormal(random, 380, 1)))
      .text('","signature":"')
      .slice(pools.base64.slice(random, random.around(280)))
      .text('"}');
  } else if (block === 'text') {
    const pool = random.chance(0.08) ? pools.foreign : pools.prose;
    out
      .text('{"type":"text","text":"')
      .slice(pool.slice(random, logNormal(random, 250, 1.2)))
      .text('"}');
  } else writeCall(session, block);
}

function writeCall(session: Session, { id, name }: ToolCall): void {
  const { out, pools, random } = session.teller;
  out.text(`{"type":"tool_use","id":"${id}","name":"${name}","input":{`);
  if (name === 'Edit') {
    out
      .text(`"file_path":"${session.facts.cwd}/src/${random.hex(6)}.ts","old_string":"`)
      .slice(pools.code.slice(random, logNormal(random, 400, 1.2)))
      .text('","new_string":"')
      .slice(pools.code.slice(random, logNormal(random, 550, 1.2)))
      .text('"');
  } else if (name === 'Bash' || name === 'Task') {
    const length = name === 'Bash' ? logNormal(random, 120, 1.2) : logNormal(random, 1500, 0.8);
    out
      .text('"command":"')
      .slice(pools.prose.slice(random, length))
      .text('","description":"')
      .slice(pools.prose.slice(random, 40))
      .text('"');
  } else if (name === 'TodoWrite') {
    out.text('"todos":[{"status":"pending","content":"').slice(pools.prose.slice(random, 300)).text('"}]');
  } else {
    out.text(`"file_path":"${session.facts.cwd}/src/${random.hex(6)}.ts","limit":${random.between(20, 400)}`);
  }
  out.text('}}');
}
