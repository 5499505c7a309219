/** Names a file: `file` is relative to the root, with `/` between the parts. */
export interface FileName {
  readonly root: string;
  readonly file: string;
}

/** A file's name as one text, for sets and maps. */
export function nameOf({ root, file }: FileName): string {
  return `${root}\0${file}`;
}
