import * as z from 'zod';

/** How much of a line's content goes into the database; each level keeps less than the one before. */
export const privacyLevels = ['full', 'redacted', 'metadata'] as const;
export const privacyLevel = z.enum(privacyLevels);
export type PrivacyLevel = z.infer<typeof privacyLevel>;

const path = z.string().min(1);

/** A level for the files of a root, for a project and all folders in it, or for a project within one root. */
export const privacyRule = z
  .strictObject({ root: path.optional(), project: path.optional(), level: privacyLevel })
  .refine((rule) => rule.root !== undefined || rule.project !== undefined, {
    error: 'A privacy rule names a root, a project or both.',
  });
export type PrivacyRule = z.infer<typeof privacyRule>;

export const privacySettings = z.strictObject({
  default: privacyLevel.default('full'),
  rules: z.array(privacyRule).default([]),
});
export type PrivacySettings = z.infer<typeof privacySettings>;

/** What the levels are called and what they cost, for every place where one is chosen. */
export const privacyLevelTexts: Readonly<
  Record<PrivacyLevel, { readonly title: string; readonly stores: string; readonly loses: string }>
> = {
  full: {
    title: 'Full',
    stores: 'Every line is stored exactly as it is on disk.',
    loses: 'Nothing is lost: sessions can be searched and restored byte for byte.',
  },
  redacted: {
    title: 'Redacted',
    stores: 'Known kinds of secrets and e-mail addresses are masked before a line is stored.',
    loses:
      'Sessions can be searched, but not for what was masked, and a restored session has the masks instead of the ' +
      'originals. A secret of an unknown kind, names and code stay readable.',
  },
  metadata: {
    title: 'Metadata only',
    stores: 'Tokens, models, times, projects and names of tools are stored, but no content.',
    loses:
      'Sessions cannot be read, searched or restored. Once Claude Code deletes a transcript, its content is gone.',
  },
};

/** Holds for every level, and for changing it. */
export const privacyNotes = {
  counts: 'Tokens, costs and receipts are the same at every level.',
  change:
    'A level applies to lines imported from now on; lines already in the database stay as they were stored.',
} as const;

export function strictest(one: PrivacyLevel, other: PrivacyLevel): PrivacyLevel {
  return privacyLevels.indexOf(one) >= privacyLevels.indexOf(other) ? one : other;
}

/**
 * The level of a file or line.
 *
 * The most specific rule wins: a project within a root, then a project (the longer path first), then a root, then the
 * default. Of equally specific rules the strictest wins. A file without a working directory is known only by its
 * folder's name (`-home-me-app`), which several projects may share: by that name a rule makes the level only stricter.
 */
export function levelFor(
  place: { readonly root: string; readonly project: string },
  settings: PrivacySettings,
): PrivacyLevel {
  const root = normalized(place.root);
  const project = normalized(place.project);
  let best = { weight: 0, level: settings.default };
  let byFolderName: PrivacyLevel = 'full';
  for (const rule of settings.rules) {
    if (rule.root !== undefined && normalized(rule.root) !== root) continue;
    if (rule.project !== undefined && !isWithin(project, normalized(rule.project))) {
      if (isFolderNameWithin(place.project, rule.project)) byFolderName = strictest(byFolderName, rule.level);
      continue;
    }
    const weight = weightOf(rule);
    if (weight > best.weight) best = { weight, level: rule.level };
    else if (weight === best.weight) best = { weight, level: strictest(best.level, rule.level) };
  }
  return strictest(best.level, byFolderName);
}

/** A path is at most 32,767 characters long on any system; a root outweighs no project and a pair outweighs all. */
function weightOf(rule: PrivacyRule): number {
  if (rule.project === undefined) return 1;
  return 1 + normalized(rule.project).length + (rule.root === undefined ? 0 : 0x1_0000);
}

/** Windows writes one path in several ways; two projects that differ only in case share a level. */
function normalized(path: string): string {
  const slashed = path.replaceAll('\\', '/').toLowerCase();
  return slashed.length > 1 ? slashed.replace(/\/+$/, '') : slashed;
}

function isWithin(project: string, folder: string): boolean {
  return project === folder || project.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Claude Code names a project's folder after its path, with `-` for everything but letters and digits. */
function isFolderNameWithin(project: string, folder: string): boolean {
  if (/[/\\]/.test(project)) return false;
  const name = normalized(folder).replaceAll(/[^a-z0-9]/g, '-');
  return project.toLowerCase() === name || project.toLowerCase().startsWith(`${name}-`);
}

/** Whether nothing of any line's content is stored. */
export function isWithoutContent(settings: PrivacySettings): boolean {
  return [settings.default, ...settings.rules.map(({ level }) => level)].every(
    (level) => level === 'metadata',
  );
}
