import type { ReactNode } from 'react';

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  /** The exact number behind a compact one. */
  readonly exact?: string;
  readonly note?: ReactNode;
  readonly size?: 'large' | 'medium';
  readonly tone?: 'plain' | 'warn' | 'bad';
}

/** A number that matters, with its name under it. */
export function Figure({ label, value, exact, note, size = 'large', tone = 'plain' }: FigureProps) {
  return (
    <div className="figure" data-size={size} data-tone={tone}>
      <dt className="figure__label">{label}</dt>
      <dd className="figure__value" title={exact}>
        {value}
        {note === undefined ? null : <span className="figure__note">{note}</span>}
      </dd>
    </div>
  );
}
