import * as z from 'zod';

const fields = {
  /** Folders added by the person, absolute paths. */
  addedRoots: z.array(z.string().min(1)),
  /** Default roots the person has switched off. */
  hiddenRoots: z.array(z.string().min(1)),
  colorScheme: z.enum(['auto', 'light', 'dark']),
  /** Keep the database in step while the application runs. */
  sync: z.boolean(),
  /** Go on in the tray when the window is closed while `sync` is on. */
  tray: z.boolean(),
};

/** What a person can set. Kept by electron-store in the application's user-data folder. */
export const settings = z.strictObject({
  addedRoots: fields.addedRoots.default([]),
  hiddenRoots: fields.hiddenRoots.default([]),
  colorScheme: fields.colorScheme.default('auto'),
  sync: fields.sync.default(false),
  tray: fields.tray.default(false),
});
export type Settings = z.infer<typeof settings>;

/** A change to some of the settings; what it does not name stays. */
export const settingsChange = z.strictObject(fields).partial();
export type SettingsChange = z.infer<typeof settingsChange>;
