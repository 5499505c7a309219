/** Looks into files away from the main thread: parsing samples would keep the window from answering. */
export { inspectFile as inspect } from './inspect-file.ts';
