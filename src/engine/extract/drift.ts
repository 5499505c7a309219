import { isObject } from './usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Line types seen from 0.2.97 to 2.1.232 (format.md 3). */
const knownTypes = new Set(
  `assistant user progress file-history-snapshot queue-operation summary system last-prompt permission-mode custom-title
   attachment mode ai-title agent-name bridge-session file-history-delta pr-link worktree-state frame-link teleported-from
   fork-context-ref`.split(/\s+/),
);

/** Top-level fields of all line types (format.md 3). */
const knownFields = new Set(
  `type subtype uuid parentUuid logicalParentUuid isSidechain userType cwd originalCwd sessionId session_id version gitBranch
   slug agentId entrypoint effort timestamp message requestId costUSD durationMs model attributionSkill attributionAgent
   attributionPlugin attributionMcpServer attributionMcpTool isApiErrorMessage error teamName sessionKind apiErrorStatus
   errorDetails apiError isAbortedMidStream toolUseResult sourceToolAssistantUUID sourceToolUseID promptId isMeta
   permissionMode thinkingMetadata todos isAtMentionRead origin promptSource isCompactSummary isVisibleInTranscriptOnly
   planContent classifierMetaLines imagePasteIds interruptedMessageId toolDenialKind mcpMeta userFeedback messageId snapshot
   isSnapshotUpdate operation content summary leafUuid hookCount hookInfos hookErrors preventedContinuation stopReason
   hasOutput level toolUseID parentToolUseID hookAdditionalContext lastPrompt messageCount customTitle mode aiTitle agentName
   bridgeSessionId lastSequenceNum ownerAccountUuid ownerOrganizationUuid retryInMs retryAttempt maxRetries source cause
   compactMetadata microcompactMetadata snapshotMessageId trackingPath backup prNumber prUrl prRepository url upgradeNudge
   worktreeSession path frameUrl title remoteSessionId branch parentSessionId parentLastUuid contextLength direction trigger
   originalModel fallbackModel apiRefusalCategory apiRefusalExplanation refusedUserMessageUuid attachment data`.split(
    /\s+/,
  ),
);

/** Fields of `message`. */
const knownMessageFields = new Set(
  `content id type role model usage stop_reason stop_sequence stop_details diagnostics context_management container
   service_tier ttftMs`.split(/\s+/),
);

/** Fields of `message.usage` (the 24 shapes of format.md 4). */
const knownUsageFields = new Set(
  `input_tokens output_tokens cache_read_input_tokens cache_creation_input_tokens service_tier cache_creation inference_geo
   server_tool_use iterations speed output_tokens_details`.split(/\s+/),
);

/** A message spread into numeric keys has thousands of them (format.md 2): a few tell enough. */
const mostNames = 20;
const noDrift: readonly string[] = [];

/**
 * What the format has that this version does not know: `type:x`, `field`, `message.field` or `usage.field`.
 *
 * Nothing is lost by it: the line is a record and its bytes are kept. It is counted and listed, so that a new format is
 * noticed before a number is wrong.
 */
export function findDrift(record: Json): readonly string[] {
  let found: string[] | undefined;
  const note = (name: string): void => {
    found ??= [];
    const general = name.replaceAll(/\d+/g, '#');
    if (found.length < mostNames && !found.includes(general)) found.push(general);
  };
  const { type } = record;
  if (typeof type !== 'string' || !knownTypes.has(type)) note(`type:${typeof type === 'string' ? type : ''}`);
  for (const key in record) if (!knownFields.has(key)) note(key);
  const { message } = record;
  if (isObject(message) && !Array.isArray(message)) {
    for (const key in message) if (!knownMessageFields.has(key)) note(`message.${key}`);
    const { usage } = message;
    if (isObject(usage) && !Array.isArray(usage)) {
      for (const key in usage) if (!knownUsageFields.has(key)) note(`usage.${key}`);
    }
  }
  return found ?? noDrift;
}
