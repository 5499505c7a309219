import { full } from './full.ts';
import { growth } from './growth.ts';
import { metadata } from './metadata.ts';
import { naive } from './naive.ts';
import { nothingToDo } from './nothing-to-do.ts';
import { queries } from './queries.ts';
import type { Scenario } from './scenario.ts';
import { smallFiles } from './small-files.ts';
import { status } from './status.ts';

/** All scenarios by the name they are asked for, in the order in which they run. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  full,
  metadata,
  naive,
  growth,
  'small-files': smallFiles,
  queries,
  'nothing-to-do': nothingToDo,
  status,
};
