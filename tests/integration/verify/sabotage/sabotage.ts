import type { Engine } from '../../../../src/engine/migrate.ts';
import type { Dimension, Severity } from '../../../../src/shared/verification.ts';
import type { Scene, Table } from '../scene.ts';

/** Puts right what was damaged, where giving tables their rows back does not. */
export type Undo = () => Promise<void>;

/** One way to damage the database or the files, and who has to find it. */
export interface Sabotage {
  /** What was done; finishes the sentence "finds that ...". */
  readonly way: string;
  readonly damage: (scene: Scene) => Promise<Undo | void>;
  /** Tables that get their rows back afterwards. */
  readonly tables?: readonly Table[];
  /** Lines compared column by column; all when left out. Without a sample the other checks stand alone. */
  readonly sampleSize?: 0;
  /** Verifies through another engine, and the default folders. */
  readonly through?: (engine: Engine) => Engine;
  readonly sources?: readonly string[];
  /** All checks that find something, the one that tells best first. */
  readonly foundBy: readonly string[];
  /** Of the first check's finding; an error when left out. */
  readonly severity?: Severity;
  /** How many of the first check, when it matters. */
  readonly findings?: number;
  readonly dimension: Dimension;
  /** Where the first check finds it; null when the whole database is concerned. */
  readonly place: { readonly file: string; readonly offset?: number } | null;
}
