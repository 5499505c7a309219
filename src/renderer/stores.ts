import { announced } from './announced.ts';
import { ask } from './api.ts';

/** The things that main announces as whole snapshots. */
export const currentRun = announced('runChanged', () => ask.getRun());
export const database = announced('databaseChanged', () => ask.getDatabase());
export const lastKnown = announced('lastKnownChanged', () => ask.getLastKnown());
export const settings = announced('settingsChanged', () => ask.getSettings());
export const discovery = announced('discoveryChanged', () => ask.getDiscovery());
export const verification = announced('verificationChanged', () => ask.getVerification());
