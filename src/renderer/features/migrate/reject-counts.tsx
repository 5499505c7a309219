import { rejectReasons, type RejectReason } from '../../../shared/run.ts';
import { exact } from '../../format.ts';
import { Section } from '../../ui/screen.tsx';
import { rejectWords } from './words.ts';

interface RejectCountsProps {
  readonly counts: Readonly<Partial<Record<RejectReason, number>>>;
}

/** Rejects by category; nothing at all while there are none. */
export function RejectCounts({ counts }: RejectCountsProps) {
  const present = rejectReasons
    .map((reason) => ({ reason, count: counts[reason] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  if (present.length === 0) return null;
  return (
    <Section title="Rejects by reason" aside={<span className="section__note">Kept with their bytes</span>}>
      <dl className="counts counts--wide">
        {present.map(({ reason, count }) => (
          <div key={reason} className="counts__row">
            <dt>{rejectWords[reason]}</dt>
            <dd>{exact(count)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
