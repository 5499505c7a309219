import { IconCircle, IconCircleCheck, IconCircleDotFilled } from '@tabler/icons-react';
import { runPhases, type RunPhase } from '../../../shared/run.ts';
import { phaseWords } from './words.ts';

/** The phases as a quiet line of steps. */
export function PhaseSteps({ phase }: { readonly phase: RunPhase }) {
  const at = runPhases.indexOf(phase);
  return (
    <ol className="phases" aria-label="Phases">
      {runPhases.map((step, index) => {
        const PhaseIcon = index < at ? IconCircleCheck : index === at ? IconCircleDotFilled : IconCircle;
        return (
          <li
            key={step}
            className="phases__step"
            data-at={index === at || undefined}
            aria-current={index === at ? 'step' : undefined}
          >
            <PhaseIcon size={14} stroke={1.75} aria-hidden />
            {phaseWords[step]}
          </li>
        );
      })}
    </ol>
  );
}
