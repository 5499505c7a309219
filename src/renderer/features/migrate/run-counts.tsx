import type { Progress } from '../../../shared/run.ts';
import { bytes, compact, exact, unknown } from '../../format.ts';

type Row = readonly [label: string, value: string, title?: string];

/** What a run has done so far, exactly. */
export function RunCounts({ progress }: { readonly progress: Progress }) {
  const { tokens, phase, memoryBytes } = progress;
  const lines = progress.records + progress.rejects + progress.blanks;
  const rows: readonly Row[] = [
    ['Files', `${exact(progress.filesDone)} of ${exact(progress.filesTotal)}`],
    ['Files unchanged', exact(progress.filesUnchanged)],
    ['Lines', exact(lines)],
    ['Records', exact(progress.records)],
    ['Rejects', exact(progress.rejects)],
    ['Blanks', exact(progress.blanks)],
    ['Input tokens', compact(tokens.input), exact(tokens.input)],
    ['Output tokens', compact(tokens.output), exact(tokens.output)],
    ['Cache read tokens', compact(tokens.cacheRead), exact(tokens.cacheRead)],
    ['Cache write tokens', compact(tokens.cacheWrite), exact(tokens.cacheWrite)],
  ];
  // A watching run shows its memory with the figures above.
  const shown = phase === 'watching' ? rows : [...rows, memoryRow(memoryBytes)];
  return (
    <dl className="counts">
      {shown.map(([label, value, title]) => (
        <div key={label} className="counts__row">
          <dt>{label}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function memoryRow(memoryBytes: number): Row {
  return ['Memory', memoryBytes === 0 ? unknown : bytes(memoryBytes), 'Tokenhouse and its database'];
}
