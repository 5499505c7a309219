import { clipboard } from 'electron';
import { gatherDiagnostics } from '../engine/diagnostics.ts';
import type { AppInfo } from '../shared/contract.ts';
import type { CurrentDatabase } from './database.ts';
import type { AnsweringDatabase } from './ipc/handlers.ts';
import type { SettingsStore } from './settings-store.ts';

const mostRuns = 10;

/** Gathers the diagnostics and puts them on the clipboard. */
export function createCopyDiagnostics(parts: {
  readonly info: AppInfo;
  readonly settings: SettingsStore;
  readonly database: CurrentDatabase<AnsweringDatabase>;
}): () => Promise<void> {
  const { info, settings, database } = parts;
  return async () => {
    const text = await gatherDiagnostics({
      appVersion: info.version,
      dataDir: info.dataDir,
      settings: settings.current(),
      database: () => Promise.resolve(database.state()),
      runs: async () => (await database.opened()).runs(mostRuns),
    });
    await clipboard.writeText(text);
  };
}
