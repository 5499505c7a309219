import type { ComparedTotals } from '../../../shared/verification.ts';

/** The totals of a model, with those of its days. */
export interface ModelTotals {
  readonly totals: ComparedTotals;
  readonly days: readonly ComparedTotals[];
  /** Days on which the two sides differ. */
  readonly differing: number;
}

/** The models with what differs first, then the busiest; days newest first, those without a timestamp last. */
export function foldTotals(totals: readonly ComparedTotals[]): readonly ModelTotals[] {
  const daysOf = new Map<string, ComparedTotals[]>();
  for (const one of totals) {
    if (one.day === null) continue;
    const days = daysOf.get(one.model) ?? [];
    days.push(one);
    daysOf.set(one.model, days);
  }
  return totals
    .filter(({ day }) => day === null)
    .map((model) => {
      const days = (daysOf.get(model.model) ?? []).toSorted((a, b) =>
        (b.day ?? '').localeCompare(a.day ?? ''),
      );
      return { totals: model, days, differing: days.filter(({ isEqual }) => !isEqual).length };
    })
    .toSorted(
      (a, b) =>
        Number(isRight(a)) - Number(isRight(b)) ||
        Math.max(b.totals.source.responses, b.totals.database.responses) -
          Math.max(a.totals.source.responses, a.totals.database.responses),
    );
}

function isRight({ totals, differing }: ModelTotals): boolean {
  return totals.isEqual && differing === 0;
}
