import type { FileVerdict, VerifiedFile } from '../../../shared/verification.ts';

export interface FileFilter {
  readonly text: string;
  readonly verdict: FileVerdict | null;
}

export const noFilter: FileFilter = { text: '', verdict: null };

export function keyOf({ root, file }: VerifiedFile): string {
  return `${root}\0${file}`;
}

/** What a person looks for first. */
const rank: Readonly<Record<FileVerdict, number>> = {
  differs: 0,
  unreadable: 1,
  'only-on-disk': 2,
  grown: 3,
  'only-in-database': 4,
  equal: 5,
};

/** What is wrong first; otherwise in the order of the report. */
export function worstFirst(files: readonly VerifiedFile[]): readonly VerifiedFile[] {
  return files.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
}

/** The files of a verdict that have every word somewhere. */
export function filterFiles(
  files: readonly VerifiedFile[],
  { text, verdict }: FileFilter,
): readonly VerifiedFile[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && verdict === null) return files;
  return files.filter(
    (file) =>
      (verdict === null || file.verdict === verdict) &&
      words.every((word) => searchText(file).includes(word)),
  );
}

const searchTexts = new WeakMap<VerifiedFile, string>();

function searchText(file: VerifiedFile): string {
  const known = searchTexts.get(file);
  if (known !== undefined) return known;
  const { root, file: name, reason, disk, database } = file;
  const text =
    `${root}/${name}\n${reason}\n${disk?.checksum ?? ''}\n${database?.checksum ?? ''}`.toLowerCase();
  searchTexts.set(file, text);
  return text;
}
