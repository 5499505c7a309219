import type { Random } from '../../../src/engine/demo/random.ts';
import type { LineWriter } from './line-writer.ts';
import type { Pools } from './pools.ts';

/** Everything a session needs to be told: numbers, texts and where it is written. */
export interface Teller {
  readonly random: Random;
  readonly pools: Pools;
  readonly out: LineWriter;
}

/** What is the same in all lines of a file. */
export interface SessionFacts {
  readonly sessionId: string;
  /** Empty in a main session. */
  readonly agentId: string;
  readonly cwd: string;
  readonly branch: string;
  readonly version: string;
  readonly model: string;
  readonly startMs: number;
}

/** A file that is being written: the chain of its lines and its clock. */
export class Session {
  readonly #envelope: string;
  parent = 'null';
  timeMs: number;
  responses = 0;

  constructor(
    readonly teller: Teller,
    readonly facts: SessionFacts,
  ) {
    const { sessionId, agentId, cwd, version, branch } = facts;
    const agent = agentId === '' ? '' : `"agentId":"${agentId}",`;
    this.#envelope = `,"isSidechain":${agentId !== ''},"userType":"external","cwd":"${cwd}","sessionId":"${sessionId}","version":"${version}","gitBranch":"${branch}",${agent}`;
    this.timeMs = facts.startMs;
  }

  /** The start of a line that is part of the chain. */
  head(): string {
    return `{"parentUuid":${this.parent}${this.#envelope}`;
  }

  /** The end of a line that is part of the chain: its identity and time. `more` are further fields, each after a comma. */
  tail(more = ''): string {
    const uuid = this.teller.random.uuid();
    this.parent = `"${uuid}"`;
    return `"uuid":"${uuid}","timestamp":"${this.tick(3000)}"${more}}`;
  }

  /** The next moment, as ISO 8601. */
  tick(medianMs: number): string {
    this.timeMs += this.teller.random.around(medianMs);
    return new Date(this.timeMs).toISOString();
  }
}
