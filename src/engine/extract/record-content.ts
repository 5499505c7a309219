import type { TextEncoding } from './growing-bytes.ts';
import { isObject } from './usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** What kind of content a record carries, decided from its structure (product.md, content categories). */
export type Category =
  | 'user_prompt'
  | 'assistant_text'
  | 'thinking'
  | 'tool_use'
  | 'tool_result'
  | 'system'
  | 'memory'
  | 'mcp_tool'
  | 'custom_agent'
  | 'image'
  | 'summary'
  | 'meta';

/** What a person would search for in a record, and what it is. */
export interface RecordContent {
  readonly category: Category;
  /** Pieces of text in the order of the record. */
  readonly texts: readonly string[];
  readonly toolNames: readonly string[];
}

const commandWrappers = [
  '<command-name>',
  '<command-message>',
  '<local-command-',
  '<task-notification>',
  '<bash-',
];

/** Reads the polymorphic `content` fields of every line type; never throws on a shape it does not know. */
export function readContent(record: Json): RecordContent {
  const texts: string[] = [];
  const toolNames: string[] = [];
  const blocks = new Set<string>();
  const type = record['type'];
  const message = isObject(record['message']) ? record['message'] : undefined;
  if (message) readBlocks(message['content'], texts, toolNames, blocks, deepestResult);
  else for (const field of plainTextFields) pushText(record[field], texts);
  if (type === 'attachment' && isObject(record['attachment'])) collectStrings(record['attachment'], texts, 2);
  return { category: categoryOf(record, type, blocks, toolNames, texts), texts, toolNames };
}

/** Text fields of the line types without a message (format.md 3, "own fields of the rarer types"). */
const plainTextFields = [
  'content',
  'summary',
  'lastPrompt',
  'customTitle',
  'aiTitle',
  'agentName',
  'prUrl',
  'title',
];

function pushText(value: unknown, texts: string[]): void {
  if (typeof value === 'string' && value !== '') texts.push(value);
}

/** A result holds no further result in genuine files; one that does, thousands deep, must not exhaust the stack. */
const deepestResult = 4;

function readBlocks(
  content: unknown,
  texts: string[],
  toolNames: string[],
  blocks: Set<string>,
  depth: number,
): void {
  if (typeof content === 'string') {
    blocks.add('text');
    pushText(content, texts);
    return;
  }
  if (!Array.isArray(content)) return;
  for (const block of content as readonly unknown[]) {
    if (typeof block === 'string') {
      blocks.add('text');
      pushText(block, texts);
    } else if (isObject(block)) readBlock(block, texts, toolNames, blocks, depth);
  }
}

function readBlock(
  block: Json,
  texts: string[],
  toolNames: string[],
  blocks: Set<string>,
  depth: number,
): void {
  const type = typeof block['type'] === 'string' ? block['type'] : '';
  blocks.add(type);
  switch (type) {
    case 'thinking':
      pushText(block['thinking'], texts);
      return;
    case 'tool_use':
    case 'server_tool_use':
      if (typeof block['name'] === 'string') toolNames.push(block['name']);
      if (isObject(block['input'])) collectStrings(block['input'], texts, 4);
      return;
    case 'tool_result':
      if (depth > 0) readBlocks(block['content'], texts, toolNames, new Set(), depth - 1);
      return;
    case 'image':
    case 'document':
      return;
    default:
      pushText(block['text'], texts);
  }
}

/** All strings of a structure in reading order, down to `depth` levels. Base64 images are left out by their key. */
function collectStrings(value: unknown, texts: string[], depth: number): void {
  if (typeof value === 'string') pushText(value, texts);
  else if (depth > 0 && isObject(value)) {
    for (const [key, inner] of Object.entries(value))
      if (key !== 'data') collectStrings(inner, texts, depth - 1);
  }
}

const systemTypes = new Set(['system', 'attachment']);
const summaryTypes = new Set(['summary', 'ai-title', 'custom-title', 'agent-name']);
const memoryAttachments = new Set(['nested_memory', 'relevant_memories', 'memory']);
const agentTools = new Set(['Task', 'Agent']);

function categoryOf(
  record: Json,
  type: unknown,
  blocks: ReadonlySet<string>,
  toolNames: readonly string[],
  texts: readonly string[],
): Category {
  if (type === 'assistant') return assistantCategory(blocks, toolNames);
  if (type === 'user') return userCategory(record, blocks, texts);
  if (typeof type === 'string' && summaryTypes.has(type)) return 'summary';
  if (type === 'attachment' && isObject(record['attachment'])) {
    const kind = record['attachment']['type'];
    if (typeof kind === 'string' && memoryAttachments.has(kind)) return 'memory';
  }
  const subtype = record['subtype'];
  if (type === 'system' && (subtype === 'compact_boundary' || subtype === 'microcompact_boundary'))
    return 'summary';
  return typeof type === 'string' && systemTypes.has(type) ? 'system' : 'meta';
}

function assistantCategory(blocks: ReadonlySet<string>, toolNames: readonly string[]): Category {
  if (toolNames.some((name) => name.startsWith('mcp__'))) return 'mcp_tool';
  if (toolNames.some((name) => agentTools.has(name))) return 'custom_agent';
  if (toolNames.length > 0) return 'tool_use';
  if (blocks.has('text')) return 'assistant_text';
  return blocks.has('thinking') || blocks.has('redacted_thinking') ? 'thinking' : 'assistant_text';
}

function userCategory(record: Json, blocks: ReadonlySet<string>, texts: readonly string[]): Category {
  if (record['isCompactSummary'] === true) return 'summary';
  if (blocks.has('tool_result')) return 'tool_result';
  if (record['isMeta'] === true) return 'meta';
  if (blocks.has('image') || blocks.has('document')) return 'image';
  const first = texts[0] ?? '';
  if (first.startsWith('<system-reminder>')) return 'system';
  return commandWrappers.some((wrapper) => first.startsWith(wrapper)) ? 'meta' : 'user_prompt';
}

/** The frame of a tool call and the names of its parameters, which are not among the texts (docs/estimates.md). */
const tokensPerToolCall = 100;

/**
 * Estimated tokens of a record's content: a token for four bytes of text, and a hundred for each tool call.
 *
 * A stated rule of thumb, not a count: the tokenizer is not public. It is stored apart from the counted tokens; how far
 * off it is was measured in docs/estimates.md.
 */
export function estimateTokens({ texts, toolNames }: RecordContent, encoding: TextEncoding): number {
  let bytes = 0;
  for (const text of texts) bytes += encoding === 'latin1' ? text.length : Buffer.byteLength(text, 'utf8');
  return Math.ceil(bytes / 4) + tokensPerToolCall * toolNames.length;
}
