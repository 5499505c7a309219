import type { DemoUsage } from './demo-totals.ts';
import { demoCommands, demoFiles, demoOutput, demoPrompts, demoSentences } from './demo-words.ts';
import { Transcript, usageDocument } from './transcript.ts';

type Json = Readonly<Record<string, unknown>>;

/** A tool that the model calls, and what comes back. */
interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
  readonly result: string;
  readonly toolUseResult: Json;
}

interface Conversation {
  /** Input side of the next response: what the conversation has grown to. */
  cachedTokens: number;
  /** The session that reports on this one in `progress` lines. */
  readonly reporter: Transcript | null;
}

/**
 * Continues a transcript up to about `lines` lines: prompts, responses of several lines, tool calls and their results,
 * now and then a snapshot, a queued prompt or an API error. Answers the transcripts of the subagents it started.
 */
export function tellSession(transcript: Transcript, lines: number): Transcript[] {
  const { random, tally } = transcript.setting;
  const agents: Transcript[] = [];
  const conversation: Conversation = { cachedTokens: random.between(12_000, 22_000), reporter: null };
  while (transcript.length < lines && tally.remaining > 0) {
    addPrompt(transcript);
    const steps = random.between(1, 7);
    for (let step = 0; step < steps && tally.remaining > 0; step += 1) {
      const agent = addStep(transcript, conversation, agents.length < 3);
      if (agent !== null) agents.push(agent);
    }
    addAnswer(transcript, conversation);
    addExtras(transcript);
  }
  return agents;
}

/** A transcript of a subagent: everything on the sidechain, with the session's id and its own. */
function tellAgent(parent: Transcript): Transcript {
  const { setting } = parent;
  const { random, sessionId, version } = setting;
  const isBelow = version.agents === 'below';
  const agentId = isBelow ? `a${random.hex(16)}` : random.hex(8);
  const folder = parent.file.slice(0, parent.file.lastIndexOf('/'));
  const file = isBelow
    ? `${folder}/${sessionId}/subagents/agent-${agentId}.jsonl`
    : `${folder}/agent-${agentId}.jsonl`;
  const agent = new Transcript(file, setting, random.pick(version.models), agentId);
  const conversation: Conversation = {
    cachedTokens: random.between(4000, 9000),
    reporter: version.hasProgress ? parent : null,
  };
  addPrompt(agent);
  const steps = random.between(1, 6);
  for (let step = 0; step < steps; step += 1) addStep(agent, conversation, false);
  addAnswer(agent, conversation);
  return agent;
}

function addPrompt(transcript: Transcript): void {
  const { random } = transcript.setting;
  const content = random.pick(demoPrompts);
  transcript.add('user', random.around(60_000), { message: { role: 'user', content } });
}

/** One response that calls tools, and their results. Answers the subagent if one of the tools was one. */
function addStep(
  transcript: Transcript,
  conversation: Conversation,
  mayDelegate: boolean,
): Transcript | null {
  const { setting } = transcript;
  const { random } = setting;
  const delegates = mayDelegate && random.chance(0.04);
  const calls = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => makeCall(transcript, delegates));
  const content = [
    ...(random.chance(0.3) ? [thinking(transcript)] : []),
    ...(random.chance(0.5) ? [{ type: 'text', text: sentences(transcript, 2) }] : []),
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
  ];
  respond(transcript, conversation, content, 'tool_use');
  const agent = delegates && setting.tally.remaining > 0 ? tellAgent(transcript) : null;
  for (const { id, result, toolUseResult } of calls) {
    const block = { type: 'tool_result', tool_use_id: id, content: result };
    conversation.cachedTokens += Math.round(result.length / 4);
    transcript.add('user', random.around(4000), {
      message: { role: 'user', content: [block] },
      toolUseResult,
    });
  }
  return agent;
}

function addAnswer(transcript: Transcript, conversation: Conversation): void {
  const { random } = transcript.setting;
  const text = { type: 'text', text: sentences(transcript, random.between(1, 6)) };
  respond(transcript, conversation, random.chance(0.4) ? [thinking(transcript), text] : [text], 'end_turn');
}

function respond(
  transcript: Transcript,
  conversation: Conversation,
  content: readonly Json[],
  stopReason: string,
): void {
  const { random, version } = transcript.setting;
  const written = random.around(900);
  const isHour = random.chance(version.oneHourShare);
  const usage: DemoUsage = {
    input: random.between(3, 12),
    output: Math.max(12, random.around(40 + JSON.stringify(content).length / 4)),
    cacheWrite5m: isHour ? 0 : written,
    cacheWrite1h: isHour ? written : 0,
    cacheRead: conversation.cachedTokens,
    webSearches: random.chance(0.005) ? 1 : 0,
  };
  conversation.cachedTokens += written + usage.output;
  if (conversation.cachedTokens > 160_000) conversation.cachedTokens = 25_000;
  const id = `msg_01${random.base58(22)}`;
  const isWritten = transcript.addResponse({ id, content, stopReason, usage });
  if (isWritten && conversation.reporter !== null) {
    addProgress(conversation.reporter, transcript.model, id, { ...usage, output: 1 });
  }
}

/** A subagent's message, repeated on a line of another kind: it must not be counted again. */
function addProgress(reporter: Transcript, model: string, id: string, usage: DemoUsage): void {
  const message = { model, id, role: 'assistant', content: [], usage: usageDocument(usage, false) };
  const timestamp = reporter.setting.clock.advance(0);
  reporter.add('progress', 5, {
    data: { type: 'agent_progress', message: { type: 'assistant', timestamp, message } },
  });
}

function addExtras(transcript: Transcript): void {
  const { random, clock, sessionId } = transcript.setting;
  if (random.chance(0.25)) {
    const messageId = random.uuid();
    const timestamp = clock.advance(100);
    const snapshot = { messageId, trackedFileBackups: {}, timestamp };
    transcript.addLoose({ type: 'file-history-snapshot', messageId, snapshot, isSnapshotUpdate: false });
  }
  if (random.chance(0.1)) {
    const timestamp = clock.advance(1000);
    const content = random.pick(demoPrompts);
    transcript.addLoose({ type: 'queue-operation', operation: 'enqueue', timestamp, content, sessionId });
  }
  if (random.chance(0.01)) addApiError(transcript);
}

/** A message that Claude Code wrote itself: no response, whatever its usage says. */
export function addApiError(transcript: Transcript): void {
  const { random } = transcript.setting;
  const none = { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 };
  transcript.add('assistant', 800, {
    message: {
      id: random.uuid(),
      model: '<synthetic>',
      role: 'assistant',
      type: 'message',
      stop_reason: 'stop_sequence',
      content: [{ type: 'text', text: 'API Error: 529 Overloaded' }],
      usage: usageDocument(none, true),
    },
    isApiErrorMessage: true,
  });
}

function makeCall(transcript: Transcript, delegates: boolean): ToolCall {
  const { random } = transcript.setting;
  const id = `toolu_01${random.base58(22)}`;
  if (delegates) {
    const input = { description: 'Look around', prompt: random.pick(demoPrompts), subagent_type: 'Explore' };
    const result = sentences(transcript, 4);
    return { id, name: 'Task', input, result, toolUseResult: { status: 'completed', content: result } };
  }
  const result = output(transcript);
  if (random.chance(0.5)) {
    const [command, description] = random.pick(demoCommands);
    const toolUseResult = { stdout: result, stderr: '', interrupted: false, isImage: false };
    return { id, name: 'Bash', input: { command, description }, result, toolUseResult };
  }
  const filePath = `${transcript.setting.project.cwd}/${random.pick(demoFiles)}`;
  const toolUseResult = { type: 'text', file: { filePath, content: result, startLine: 1 } };
  return { id, name: 'Read', input: { file_path: filePath }, result, toolUseResult };
}

function thinking(transcript: Transcript): Json {
  const { random } = transcript.setting;
  return { type: 'thinking', thinking: sentences(transcript, 3), signature: random.base58(120) };
}

function sentences(transcript: Transcript, count: number): string {
  const { random } = transcript.setting;
  return Array.from({ length: count }, () => random.pick(demoSentences)).join(' ');
}

function output(transcript: Transcript): string {
  const { random } = transcript.setting;
  const count = Math.min(400, random.around(14));
  return Array.from({ length: count }, () => random.pick(demoOutput)).join('\n');
}
