import { powerMonitor, powerSaveBlocker } from 'electron';

/** Keeps the computer from sleeping; the answer lets it sleep again. */
export function keepAwake(): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  return () => {
    powerSaveBlocker.stop(blocker);
  };
}

/** After a sleep nobody knows what changed meanwhile. Must run after the application is ready. */
export function onWakeUp(listener: () => void): void {
  powerMonitor.on('resume', listener);
}
