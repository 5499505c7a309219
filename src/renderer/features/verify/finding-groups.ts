import {
  severities,
  type Finding,
  type Severity,
  type VerificationAction,
} from '../../../shared/verification.ts';

/** A finding and its place in the report, by which it is named to the main process. */
export interface IndexedFinding {
  readonly index: number;
  readonly finding: Finding;
}

/** Findings that the same action mends: one button for all of them. */
export interface ActionGroup {
  readonly key: string;
  /** With the files of all of them. */
  readonly action: VerificationAction;
  readonly findings: readonly IndexedFinding[];
  /** The advice they share; null when they have several. */
  readonly advice: string | null;
}

export interface SeverityGroup {
  readonly severity: Severity;
  readonly count: number;
  readonly groups: readonly ActionGroup[];
}

/** Worst first, and in each severity by what mends it. */
export function groupFindings(findings: readonly Finding[]): readonly SeverityGroup[] {
  const indexed = findings.map((finding, index) => ({ finding, index }));
  return severities.flatMap((severity) => {
    const own = indexed.filter(({ finding }) => finding.severity === severity);
    if (own.length === 0) return [];
    return [{ severity, count: own.length, groups: groupByAction(own) }];
  });
}

function groupByAction(findings: readonly IndexedFinding[]): ActionGroup[] {
  const byKind = new Map<VerificationAction['kind'], IndexedFinding[]>();
  for (const found of findings) {
    const { kind } = found.finding.action;
    const own = byKind.get(kind);
    if (own === undefined) byKind.set(kind, [found]);
    else own.push(found);
  }
  return [...byKind].map(([kind, own]) => {
    const advices = new Set(own.map(({ finding }) => finding.advice));
    const [advice] = advices;
    return {
      key: kind,
      action: mergedAction(own.map(({ finding }) => finding.action)),
      findings: own,
      advice: advices.size === 1 && advice !== undefined ? advice : null,
    };
  });
}

/** One action that does what all of the same kind do. */
function mergedAction(actions: readonly VerificationAction[]): VerificationAction {
  const [first = { kind: 'none' }] = actions;
  if (first.kind !== 'reimport') return first;
  const files = actions.flatMap((action) => (action.kind === 'reimport' ? action.files : []));
  const distinct = new Map(files.map((file) => [`${file.root}\0${file.file}`, file]));
  return { kind: 'reimport', files: [...distinct.values()] };
}

/** What the main process is asked to mend for "mend all": everything but notes, which tell of nothing that is wrong. */
export function mendable(findings: readonly Finding[]): number[] {
  return findings.flatMap(({ severity, action }, index) =>
    severity === 'note' || action.kind === 'none' ? [] : [index],
  );
}
