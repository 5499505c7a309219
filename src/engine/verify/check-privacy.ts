import {
  levelFor,
  privacyLevels,
  strictest,
  type PrivacyLevel,
  type PrivacySettings,
} from '../../shared/privacy.ts';
import { ask } from './ask.ts';
import { readOptions } from './coverage.ts';
import type { Check } from './findings.ts';
import { reimport } from './stored-file.ts';
import type { Verification } from './verify.ts';

const privacyCheck: Check = {
  name: 'privacy-levels',
  tier: 'cross',
  dimension: 'integrity',
  title: 'No line says that privacy took its bytes when its run was told to keep them',
};

/** Lines of one run and one project at one level. */
interface Group {
  readonly options: string;
  readonly root: string;
  readonly project: string;
  readonly cwd: string;
  readonly privacy: PrivacyLevel;
  readonly lines: string;
  readonly first: { readonly file: string; readonly offset: string };
}

/**
 * Compares the level of each line with what the run that imported it was told: of a line without its bytes only the stored
 * hash is compared, so whoever forges the level hides whatever else was done to it.
 *
 * A file that moved has been under the rules of two roots, and a line that the database refused has no bytes at any level.
 */
export async function checkPrivacy({ engine, database, findings, signal }: Verification): Promise<void> {
  findings.begin(privacyCheck);
  const groups = await ask<Group>(
    database.client,
    `SELECT r.options AS options, l.* EXCEPT (run_id) FROM (
        SELECT run_id, root, project, if(kind = 'record', cwd, '') AS cwd, toString(privacy) AS privacy, count() AS lines,
          min((file, offset))::Tuple(file String, offset UInt64) AS first
        FROM lines
        WHERE source = {source:String} AND privacy != 'full' AND reject_reason != 'refused-by-database'
          AND (root, file) NOT IN (SELECT root, file FROM files WHERE source = {source:String} AND found_at != '')
        GROUP BY run_id, root, project, cwd, privacy) AS l
      INNER JOIN (SELECT run_id, options FROM runs) AS r USING (run_id)`,
    { source: engine.source },
    signal,
  );
  for (const { options, root, project, cwd, privacy, lines, first } of groups) {
    findings.looked(privacyCheck, Number(lines));
    const settings = readOptions(options)?.privacy;
    if (!settings || isAsked({ root, project, cwd, privacy }, settings)) continue;
    const place = { root, file: first.file };
    findings.add(privacyCheck, {
      ...place,
      offset: Number(first.offset),
      message: `${lines} lines say that they were imported at the level ${privacy}, and their run was told another one.`,
      advice: 'Import the file again.',
      action: reimport(place),
      count: Number(lines),
    });
  }
}

/** A stricter level than asked for is what hides; a session that moves into another project takes the stricter of two. */
function isAsked(
  { root, project, cwd, privacy }: Pick<Group, 'root' | 'project' | 'cwd' | 'privacy'>,
  settings: PrivacySettings,
): boolean {
  const ofFile = levelFor({ root, project }, settings);
  const asked = cwd === '' ? ofFile : strictest(ofFile, levelFor({ root, project: cwd }, settings));
  return privacyLevels.indexOf(privacy) <= privacyLevels.indexOf(asked);
}
