import type { HistoryShape } from '../generate/history.ts';
import type { History } from '../history-cache.ts';
import type { BenchOptions } from '../options.ts';
import type { Places } from '../places.ts';
import type { Results } from '../report/stored-results.ts';

/** What a scenario works with. */
export interface ScenarioContext {
  readonly options: BenchOptions;
  readonly places: Places;
  readonly history: (shape: HistoryShape) => History;
  /** An empty folder for each call; all are gone after the scenario, and each when `remove` is called. */
  readonly freshFolder: () => { readonly path: string; readonly remove: () => void };
  /** Tells the person at the terminal what goes on. */
  readonly say: (line: string) => void;
}

/** Something that is measured. To add one: a file in this folder and its name in registry.ts. */
export interface Scenario {
  /** One line for --help. */
  readonly about: string;
  run(context: ScenarioContext): Promise<Results>;
}
