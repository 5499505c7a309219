import {
  appendFile,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from '../scene.ts';
import { agentFile, loneFile, mainFile, offsets, rewrittenFile } from '../small-history.ts';
import type { Sabotage, Undo } from './sabotage.ts';

/** Changes a file; undoing it gives the file its bytes back. */
function change(file: string, how: (path: string) => Promise<void>): (scene: Scene) => Promise<Undo> {
  return async (scene) => {
    const path = scene.pathOf(file);
    const before = await readFile(path);
    await how(path);
    return async () => {
      await rm(path, { force: true });
      await writeFile(path, before);
    };
  };
}

/** Replaces text by other text of the same length; the file keeps its time of modification. */
async function edit(path: string, from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  await utimes(path, atime, mtime);
}

const addedLine = '{"type":"summary","summary":"later"}\n';

/** Changes on the disk since the import. */
export const fileSabotages: readonly Sabotage[] = [
  {
    way: 'one byte of a file was edited at the same size and time',
    damage: change(mainFile, (path) => edit(path, 'the parser.', 'the parsed.')),
    sampleSize: 0,
    foundBy: ['file-checksum'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'a token count in a file was edited',
    damage: change(mainFile, (path) => edit(path, '"output_tokens":40', '"output_tokens":41')),
    foundBy: ['file-checksum', 'totals', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'a file was cut off',
    damage: change(mainFile, (path) => truncate(path, offsets.left)),
    foundBy: ['file-lines', 'totals', 'parsed-columns'],
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'a line in the middle of a file was taken out, and as much added behind',
    damage: change(mainFile, async (path) => {
      const lines = (await readFile(path, 'utf8')).split('\n');
      await writeFile(
        path,
        lines.toSpliced(2, 1, `${lines[2]?.slice(0, 200)}`, `${lines[2]?.slice(201)}`).join('\n'),
      );
    }),
    foundBy: ['file-lines', 'parsed-columns'],
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'a record of a file became a reject',
    damage: change(mainFile, (path) => edit(path, '{"type":"summary"', '["type":"summary"')),
    foundBy: ['file-checksum', 'parsed-columns'],
    dimension: 'integrity',
    place: { file: mainFile },
  },
  {
    way: 'a file can not be read',
    damage: change(mainFile, async (path) => {
      await rm(path);
      await symlink(path, path);
    }),
    foundBy: ['files-readable'],
    severity: 'warning',
    dimension: 'completeness',
    place: { file: mainFile },
  },
  {
    way: 'a file was deleted since the last run',
    damage: change(mainFile, (path) => rm(path)),
    foundBy: ['files-vanished'],
    severity: 'note',
    dimension: 'consistency',
    place: { file: mainFile },
  },
  {
    way: 'a file is new since the last run',
    damage: async (scene) => {
      const path = scene.pathOf('-home-me-app/new.jsonl');
      await writeFile(path, addedLine);
      return () => rm(path);
    },
    foundBy: ['files-missing'],
    severity: 'note',
    dimension: 'completeness',
    place: { file: '-home-me-app/new.jsonl' },
  },
  {
    way: 'a folder below a root can not be listed',
    damage: async (scene) => {
      const path = join(scene.sources, 'loop');
      await symlink(path, path);
      return () => rm(path);
    },
    foundBy: ['folders-readable'],
    severity: 'warning',
    dimension: 'completeness',
    place: { file: '' },
  },
  {
    way: 'a foreign file lies among the transcripts',
    damage: async (scene) => {
      const path = scene.pathOf('-home-me-app/foreign.jsonl');
      await writeFile(path, 'PK\u0003\u0004 is how other files begin');
      return () => rm(path);
    },
    foundBy: ['structure'],
    severity: 'note',
    dimension: 'completeness',
    place: { file: '-home-me-app/foreign.jsonl' },
  },
];

/** Changes that are none: what is in the database is right, and nothing is found. All at once, each in a file of its own. */
export async function changeHarmlessly(scene: Scene): Promise<void> {
  await appendFile(scene.pathOf(mainFile), addedLine);
  await appendFile(scene.pathOf(agentFile), '1}\n');
  await appendFile(scene.pathOf(loneFile), addedLine.slice(0, 10));
  await appendFile(scene.pathOf(rewrittenFile), '\n\n');
  const [touched] = (await readdir(scene.sources, { recursive: true })).filter(
    (name) => name.startsWith('-home-ada') && name.endsWith('.jsonl'),
  );
  await utimes(scene.pathOf(touched ?? ''), 1, 1);
}
