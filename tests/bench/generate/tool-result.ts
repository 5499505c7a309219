import type { TextPool } from './text-pool.ts';
import { logNormal } from './sizes.ts';
import type { ToolCall } from './response.ts';
import type { Session } from './session.ts';

/** Results are no longer than this, but for the rare line of megabytes. */
const longestResult = 400_000;

/**
 * Writes the line of a tool's result: its text stands in it twice, once for the model and once for the screen, and after an
 * edit the whole file as it was before.
 */
export function writeToolResult(session: Session, call: ToolCall, hugeChance: number): void {
  const { out, random } = session.teller;
  out.text(session.head()).text('"type":"user","message":{"role":"user","content":[');
  if (call.name === 'Read' && random.chance(0.01)) writeImage(session, call);
  else if (random.chance(hugeChance)) writeText(session, call, random.between(500_000, 2_450_000));
  else if (call.name === 'Edit') writeEdit(session, call);
  else writeText(session, call, Math.min(longestResult, logNormal(random, 600, 1.75)));
  out.text(session.tail()).endLine();
}

function writeText(session: Session, call: ToolCall, length: number): void {
  const { out, random } = session.teller;
  const text = poolOf(session, call).slice(random, length);
  out.text(`{"tool_use_id":"${call.id}","type":"tool_result","content":`);
  if (call.name === 'Task' || call.name === 'mcp__docs__search') {
    out.text('[{"type":"text","text":"').slice(text).text('"}]');
  } else out.text('"').slice(text).text('"');
  out.text(',"is_error":false}]},"toolUseResult":{');
  if (call.name === 'Read') {
    out.text(`"type":"text","file":{"filePath":"${session.facts.cwd}/src/${random.hex(6)}.ts","content":"`);
    out.slice(text).text('","numLines":40,"startLine":1,"totalLines":40}},');
  } else {
    out.text('"stdout":"').slice(text).text('","stderr":"","interrupted":false,"isImage":false},');
  }
}

function poolOf(session: Session, call: ToolCall): TextPool {
  const { pools, random } = session.teller;
  if (call.name === 'Read' || call.name === 'Edit') return random.chance(0.25) ? pools.prose : pools.code;
  if (call.name === 'Bash' && random.chance(0.2)) return pools.coloured;
  if (call.name === 'Task') return pools.prose;
  return random.chance(0.3) ? pools.json : random.chance(0.05) ? pools.foreign : pools.terminal;
}

function writeEdit(session: Session, call: ToolCall): void {
  const { out, pools, random } = session.teller;
  const piece = pools.code.slice(random, logNormal(random, 500, 1));
  const original = pools.code.slice(random, Math.min(longestResult, logNormal(random, 7000, 1.2)));
  out
    .text(`{"tool_use_id":"${call.id}","type":"tool_result","content":"The file has been updated. `)
    .slice(piece)
    .text(`"}]},"toolUseResult":{"filePath":"${session.facts.cwd}/src/${random.hex(6)}.ts","oldString":"`)
    .slice(pools.code.slice(random, logNormal(random, 400, 1)))
    .text('","newString":"')
    .slice(piece)
    .text('","originalFile":"')
    .slice(original)
    .text('","structuredPatch":[{"oldStart":1,"oldLines":6,"newStart":1,"newLines":9,"lines":["')
    .slice(piece)
    .text('"]}],"userModified":false,"replaceAll":false},');
}

function writeImage(session: Session, call: ToolCall): void {
  const { out, pools, random } = session.teller;
  const image = pools.base64.slice(random, Math.min(2_000_000, logNormal(random, 60_000, 0.9)));
  out
    .text(`{"tool_use_id":"${call.id}","type":"tool_result","content":[{"type":"image","source":`)
    .text('{"type":"base64","media_type":"image/png","data":"')
    .slice(image)
    .text('"}}]}]},"toolUseResult":{"type":"image","file":{"type":"image/png","base64":"')
    .slice(image)
    .text('"}},');
}
