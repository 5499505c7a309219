/** A transcript as the directory walk sees it: named and measured, not yet opened. */
export interface FoundFile {
  readonly root: string;
  /** Path relative to the root, with `/` between the parts on every platform. */
  readonly file: string;
  /** Absolute path to open. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, with fractions as the file system gives them. */
  readonly modifiedMs: number;
  /** When the inode last changed, as `modifiedMs`. A program can set the other one, not this. */
  readonly changedMs: number;
  /** 64-bit numbers as decimal strings: they do not fit a JavaScript number. */
  readonly device: string;
  readonly inode: string;
  /** Why it can't be read, in words; null when it can as far as `stat` tells. */
  readonly problem: string | null;
}
