import { IconCircle, IconCircleCheck, IconCircleDotFilled } from '@tabler/icons-react';
import './steps.css';

interface StepsProps<Step extends string> {
  readonly steps: readonly Step[];
  readonly at: Step;
  readonly words: Readonly<Record<Step, string>>;
}

/** The phases of something that goes on, as a quiet line of steps. */
export function Steps<Step extends string>({ steps, at: current, words }: StepsProps<Step>) {
  const at = steps.indexOf(current);
  return (
    <ol className="phases" aria-label="Phases">
      {steps.map((step, index) => {
        const StepIcon = index < at ? IconCircleCheck : index === at ? IconCircleDotFilled : IconCircle;
        return (
          <li
            key={step}
            className="phases__step"
            data-at={index === at || undefined}
            aria-current={index === at ? 'step' : undefined}
          >
            <StepIcon size={14} stroke={1.75} aria-hidden />
            {words[step]}
          </li>
        );
      })}
    </ol>
  );
}
