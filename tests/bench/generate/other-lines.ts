import { logNormal } from './sizes.ts';
import type { Session } from './session.ts';

/** Writes a prompt of the person. */
export function writePrompt(session: Session): void {
  const { out, pools, random } = session.teller;
  const pool = random.chance(0.15) ? pools.foreign : pools.prose;
  out
    .text(session.head())
    .text('"type":"user","message":{"role":"user","content":"')
    .slice(pool.slice(random, logNormal(random, 250, 1.2)))
    .text('"},')
    .text(session.tail())
    .endLine();
}

/** Writes one of the many small lines that are neither of the person nor of the model. */
export function writeOtherLine(session: Session): void {
  const { random } = session.teller;
  const kind = random.fraction();
  if (kind < 0.35) writeProgress(session);
  else if (kind < 0.6) writeAttachment(session);
  else if (kind < 0.75) writeSystem(session);
  else writeLoose(session);
}

function writeProgress(session: Session): void {
  const { out, pools, random } = session.teller;
  const isBash = random.chance(0.5);
  out
    .text(session.head())
    .text(`"type":"progress","data":{"type":"${isBash ? 'bash_progress' : 'hook_progress'}","output":"`)
    .slice(pools.terminal.slice(random, isBash ? logNormal(random, 900, 1.2) : 120))
    .text(`","elapsedTimeSeconds":${random.between(1, 90)},"totalLines":${random.between(1, 400)}},`)
    .text(
      `"toolUseID":"bash-progress-${random.between(0, 40)}","parentToolUseID":"toolu_01${random.base58(22)}",`,
    )
    .text(session.tail())
    .endLine();
}

/** Kinds of attachments with the usual size of each. */
const attachments: readonly [Attachment, ...Attachment[]] = [
  ['hook_success', 1800],
  ['skill_listing', 8000],
  ['task_reminder', 150],
  ['edited_text_file', 3500],
];
type Attachment = readonly [type: string, medianBytes: number];

function writeAttachment(session: Session): void {
  const { out, pools, random } = session.teller;
  const [type, median] = random.pick(attachments);
  out
    .text(session.head())
    .text(`"type":"attachment","attachment":{"type":"${type}","content":"`)
    .slice(
      (type === 'edited_text_file' ? pools.code : pools.prose).slice(random, logNormal(random, median, 0.9)),
    )
    .text('"},')
    .text(session.tail())
    .endLine();
}

function writeSystem(session: Session): void {
  const { out, pools, random } = session.teller;
  out
    .text(session.head())
    .text('"type":"system","subtype":"stop_hook_summary","content":"')
    .slice(pools.prose.slice(random, logNormal(random, 250, 0.8)))
    .text('","level":"info","isMeta":false,')
    .text(session.tail(`,"toolUseID":"toolu_01${random.base58(22)}"`))
    .endLine();
}

/** Lines outside of the chain: some have neither identity nor time. */
function writeLoose(session: Session): void {
  const { out, pools, random } = session.teller;
  const { sessionId } = session.facts;
  const kind = random.fraction();
  if (kind < 0.5) {
    out
      .text(`{"type":"file-history-snapshot","messageId":"${random.uuid()}","snapshot":{"messageId":`)
      .text(`"${random.uuid()}","trackedFileBackups":{"src/${random.hex(6)}.ts":{"backupFileName":`)
      .text(`"${random.hex(16)}@v1","version":1,"backupTime":"${session.tick(10)}"}},`)
      .text(`"timestamp":"${session.tick(10)}"},"isSnapshotUpdate":false}`);
  } else if (kind < 0.8) {
    out
      .text(`{"type":"queue-operation","operation":"enqueue","timestamp":"${session.tick(900)}","content":"`)
      .slice(pools.prose.slice(random, 120))
      .text(`","sessionId":"${sessionId}"}`);
  } else if (kind < 0.9)
    out.text(`{"type":"permission-mode","permissionMode":"acceptEdits","sessionId":"${sessionId}"}`);
  else {
    out.text('{"type":"summary","summary":"').slice(pools.prose.slice(random, 60));
    out.text(`","leafUuid":"${random.uuid()}"}`);
  }
  out.endLine();
}

/** Writes a line that is damaged in one of the ways seen in genuine files. */
export function writeDamagedLine(session: Session): void {
  const { out, pools, random } = session.teller;
  out
    .text(session.head())
    .text('"type":"user","message":{"role":"user","content":"')
    .slice(pools.prose.slice(random, 400))
    .text('"},')
    .text(session.tail());
  const kind = random.fraction();
  if (kind < 0.4) out.cutLine();
  else if (kind < 0.8) out.blankLine();
  else
    out.text(
      `{"type":"permission-mode","permissionMode":"default","sessionId":"${session.facts.sessionId}"}`,
    );
  out.endLine();
}
