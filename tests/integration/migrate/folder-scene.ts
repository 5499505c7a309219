import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyAll } from '../verify/scene.ts';
import { makeWorkspace } from './workspace.ts';

/** One database, and for each test a folder of its own below which files come, move and go. */
export async function makeFolderScene() {
  const workspace = await makeWorkspace();
  const { query } = workspace;
  const scene = { folder: '', file: '', number: 0 };

  const line = (n: number): string =>
    `${JSON.stringify({ type: 'user', uuid: `u${n}`, sessionId: `s${scene.number}`, message: { role: 'user', content: `text ${n}` } })}\n`;

  return {
    workspace,
    query,
    line,
    lines: (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join(''),
    /** Makes the next folder, with two projects; the file is to be in the first. */
    nextFolder: async (): Promise<Readonly<typeof scene>> => {
      scene.folder = join(workspace.sources, '..', `folder-${++scene.number}`);
      await mkdir(join(scene.folder, '-p'), { recursive: true });
      await mkdir(join(scene.folder, '-q'), { recursive: true });
      scene.file = join(scene.folder, '-p', 'a.jsonl');
      return { ...scene };
    },
    migrateFolder: () => workspace.migrate({ sources: [scene.folder] }),
    uuids: async (table = 'records'): Promise<string[]> => {
      const found = await query<{ uuid: string }>(
        `SELECT uuid FROM ${table} WHERE startsWith(root, '${scene.folder}') ORDER BY file, generation, offset`,
      );
      return found.map(({ uuid }) => uuid);
    },
    files: () =>
      query<{ file: string; found_at: string; gone: boolean; generation: number }>(
        `SELECT file, found_at, CAST(isNotNull(vanished_at), 'Bool') AS gone, generation FROM files
          WHERE startsWith(root, '${scene.folder}') ORDER BY file`,
      ),
    findings: async () => (await verifyAll(workspace, { sources: [scene.folder] })).findings,
    known: (name: string, found_at = '', gone = false, generation = 0) => ({
      file: name,
      found_at,
      gone,
      generation,
    }),
  };
}
