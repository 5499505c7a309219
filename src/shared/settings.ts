import * as z from 'zod';

/** What a person can set. Kept by electron-store in the application's user-data folder. */
export const settings = z.strictObject({
  /** Folders added by the person, absolute paths. */
  addedRoots: z.array(z.string().min(1)).default([]),
  /** Default roots the person has switched off. */
  hiddenRoots: z.array(z.string().min(1)).default([]),
  colorScheme: z.enum(['auto', 'light', 'dark']).default('auto'),
});
export type Settings = z.infer<typeof settings>;

/** A change to some of the settings. */
export const settingsChange = settings.partial();
export type SettingsChange = z.infer<typeof settingsChange>;
