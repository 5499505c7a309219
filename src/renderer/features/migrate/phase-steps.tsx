import { IconCircle, IconCircleCheck, IconCircleDotFilled } from '@tabler/icons-react';
import { runPhases, type RunPhase } from '../../../shared/run.ts';
import { useSnapshot } from '../../announced.ts';
import { settings } from '../../stores.ts';
import { phaseWords } from './words.ts';

/** The phases as a quiet line of steps. */
export function PhaseSteps({ phase }: { readonly phase: RunPhase }) {
  const isSync = useSnapshot(settings, null)?.sync === true;
  // The last step is one only for a run that goes on after its import.
  const steps = runPhases.filter((step) => step !== 'watching' || isSync || phase === 'watching');
  const at = steps.indexOf(phase);
  return (
    <ol className="phases" aria-label="Phases">
      {steps.map((step, index) => {
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
