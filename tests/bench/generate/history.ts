import { mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Random } from '../../../src/engine/demo/random.ts';
import { LineWriter } from './line-writer.ts';
import { writeDamagedLine, writeOtherLine, writePrompt } from './other-lines.ts';
import { makePools } from './pools.ts';
import { writeResponse } from './response.ts';
import { Session, type SessionFacts, type Teller } from './session.ts';
import { logNormal } from './sizes.ts';
import { writeToolResult } from './tool-result.ts';

/** What a history is to look like. */
export type HistoryShape =
  /** Sessions of very different sizes, as people have them. */
  | { readonly kind: 'mixed'; readonly bytes: number }
  /** So many files of about 2 KB. */
  | { readonly kind: 'small'; readonly files: number }
  /** So many files of similar sizes. */
  | { readonly kind: 'wide'; readonly files: number; readonly bytes: number };

/** What was written. */
export interface HistoryFacts {
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  /** Lines that are no JSON. */
  readonly damaged: number;
  /** API responses, each counted once. */
  readonly responses: number;
}

/** A line of more than a megabyte comes with one in so many tool results: about one in 100 MB. */
const hugeChance = 1 / 9000;
const damagedChance = 1 / 500;
const firstMs = Date.UTC(2026, 0, 5);

const projects = Array.from({ length: 12 }, (_, index) => `/home/sam/work/project-${index + 1}`);
const versions = ['1.0.83', '2.0.35', '2.1.22', '2.1.70', '2.1.120', '2.1.201', '2.1.230'] as const;
const models = [
  'claude-opus-4-5-20251101',
  'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5-20251001',
] as const;
const branches = ['main', 'main', 'main', 'fix/parser', 'feature/export'] as const;

/**
 * Writes a made-up history below `folder`/projects: the same for the same shape and seed, whatever the machine.
 *
 * Sizes of lines, kinds and files follow what was measured on published transcripts.
 */
export function generateHistory(folder: string, shape: HistoryShape, seed: number): HistoryFacts {
  const random = new Random(seed);
  const teller: Teller = { random, pools: makePools(seed), out: new LineWriter() };
  const writer = new HistoryWriter(join(folder, 'projects'), teller);
  if (shape.kind === 'small') {
    for (let file = 0; file < shape.files; file += 1) writer.writeSmallFile();
  } else {
    const isWide = shape.kind === 'wide';
    const largest = Math.min(60e6, shape.bytes / 6);
    for (let file = 0; isWide ? file < shape.files : writer.bytes < shape.bytes; file += 1) {
      const size = isWide
        ? logNormal(random, (0.7 * shape.bytes) / shape.files, 0.8)
        : logNormal(random, 350_000, 1.7);
      writer.writeSession(Math.min(size, largest, shape.bytes - writer.bytes), !isWide);
    }
  }
  const { files, bytes, lines, damaged, responses } = writer;
  return { files, bytes, lines, damaged, responses };
}

class HistoryWriter {
  files = 0;
  bytes = 0;
  lines = 0;
  damaged = 0;
  responses = 0;
  readonly #root: string;
  readonly #teller: Teller;
  readonly #made = new Set<string>();

  constructor(root: string, teller: Teller) {
    this.#root = root;
    this.#teller = teller;
  }

  /** A session of about this size; some have subagents, in files of their own. */
  writeSession(size: number, mayHaveAgents: boolean): void {
    const { random } = this.#teller;
    const facts = this.#newFacts();
    const agents = mayHaveAgents && size > 200_000 && random.chance(0.3) ? random.between(1, 4) : 0;
    const agentBytes = Math.min(size / (agents + 1), 130_000);
    this.#writeFile(facts, size - agents * agentBytes);
    for (let agent = 0; agent < agents; agent += 1) {
      const agentFacts = { ...facts, agentId: random.hex(7), startMs: facts.startMs + 60_000 * (agent + 1) };
      this.#writeFile(agentFacts, Math.min(agentBytes, logNormal(random, 80_000, 0.8)));
    }
  }

  /** One prompt and one answer of one line. */
  writeSmallFile(): void {
    const session = this.#open(this.#newFacts());
    writePrompt(session);
    writeResponse(session, false, false);
    this.#close(session);
  }

  #newFacts(): SessionFacts {
    const { random } = this.#teller;
    return {
      sessionId: random.uuid(),
      agentId: '',
      cwd: random.pick(projects as [string]),
      branch: random.pick(branches),
      version: random.pick(versions),
      model: random.pick(models),
      startMs: firstMs + random.between(0, 300 * 86_400) * 1000,
    };
  }

  #writeFile(facts: SessionFacts, size: number): void {
    const { random, out } = this.#teller;
    const session = this.#open(facts);
    while (out.bytes < size) {
      writePrompt(session);
      for (let turn = random.between(1, 25); turn > 0 && out.bytes < size; turn -= 1) {
        for (const call of writeResponse(session, turn > 1)) {
          if (random.chance(0.55)) writeOtherLine(session);
          writeToolResult(session, call, out.bytes < size - 3e6 ? hugeChance : 0);
        }
        if (random.chance(damagedChance)) {
          writeDamagedLine(session);
          this.damaged += 1;
        }
      }
    }
    this.#close(session);
  }

  #open(facts: SessionFacts): Session {
    const path = this.#pathOf(facts);
    const folder = dirname(path);
    if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true });
    this.#made.add(folder);
    this.#teller.out.open(path);
    return new Session(this.#teller, facts);
  }

  #close(session: Session): void {
    const { out } = this.#teller;
    out.close();
    // The order of an import must not depend on when the history was made.
    const seconds = session.timeMs / 1000;
    utimesSync(this.#pathOf(session.facts), seconds, seconds);
    this.files += 1;
    this.bytes += out.bytes;
    this.lines += out.lines;
    this.responses += session.responses;
  }

  #pathOf({ cwd, sessionId, agentId }: SessionFacts): string {
    const project = join(this.#root, cwd.replaceAll('/', '-'));
    if (agentId === '') return join(project, `${sessionId}.jsonl`);
    return join(project, sessionId, 'subagents', `agent-${agentId}.jsonl`);
  }
}
