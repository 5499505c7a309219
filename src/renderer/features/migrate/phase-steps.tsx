import { memo } from 'react';
import { runPhases, type RunPhase } from '../../../shared/run.ts';
import { useSnapshot } from '../../announced.ts';
import { settings } from '../../stores.ts';
import { Steps } from '../../ui/steps.tsx';
import { phaseWords } from './words.ts';

/** The phases of a run. */
export const PhaseSteps = memo(function PhaseSteps({ phase }: { readonly phase: RunPhase }) {
  const isSync = useSnapshot(settings, null)?.sync === true;
  // The last step is one only for a run that goes on after its import.
  const steps = runPhases.filter((step) => step !== 'watching' || isSync || phase === 'watching');
  return <Steps steps={steps} at={phase} words={phaseWords} />;
});
