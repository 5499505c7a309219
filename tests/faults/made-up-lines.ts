import { Random } from '../../src/engine/demo/random.ts';

const words =
  'file test error query table merge branch naïve Größe 東京 données \u2028 🙂 review offset'.split(' ');

/**
 * Lines as a session writes them, without newlines: prompts, answers whose usage grows over one to three lines, tool
 * results of very different sizes. Every line has a `uuid` that no other has.
 */
export class MadeUpSession {
  readonly sessionId: string;
  readonly #random: Random;
  readonly #name: string;
  #count = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#name = `s${seed}`;
    this.sessionId = this.#random.uuid();
  }

  /** The next turn: a prompt and what follows it. */
  turn(): string[] {
    const lines = [this.#user({ role: 'user', content: this.#text(30) })];
    const id = `msg_${this.#name}_${this.#count}`;
    const usage = {
      input_tokens: this.#random.between(1, 20),
      cache_read_input_tokens: this.#random.between(0, 90_000),
      cache_creation_input_tokens: this.#random.between(0, 3000),
      output_tokens: 0,
    };
    const pieces = this.#random.between(1, 3);
    for (let piece = 1; piece <= pieces; piece++) {
      const grown = { ...usage, output_tokens: piece * this.#random.between(5, 300) };
      lines.push(this.#assistant(id, grown, piece === pieces ? 'end_turn' : null));
    }
    if (this.#random.chance(0.4)) {
      const length = this.#random.chance(0.1) ? 3000 : 60;
      lines.push(
        this.#user({ role: 'user', content: [{ type: 'tool_result', content: this.#text(length) }] }),
      );
    }
    return lines;
  }

  /** Exactly so many lines of turns. */
  lines(count: number): string[] {
    const lines: string[] = [];
    while (lines.length < count) lines.push(...this.turn());
    return lines.slice(0, count);
  }

  /** Text of a file with exactly so many lines. */
  text(count: number): string {
    return this.lines(count)
      .map((line) => `${line}\n`)
      .join('');
  }

  #user(message: object): string {
    return this.#line('user', message);
  }

  #assistant(id: string, usage: object, stopReason: string | null): string {
    const content = [{ type: 'text', text: this.#text(20) }];
    const message = {
      id,
      model: 'claude-opus-4-6',
      role: 'assistant',
      content,
      stop_reason: stopReason,
      usage,
    };
    return this.#line('assistant', message);
  }

  #line(type: string, message: object): string {
    const uuid = `${this.#name}-${++this.#count}`;
    const timestamp = new Date(Date.UTC(2026, 9, 1) + this.#count * 1000).toISOString();
    const { sessionId } = this;
    return JSON.stringify({ type, uuid, sessionId, timestamp, cwd: '/home/me/project', message });
  }

  #text(most: number): string {
    const count = this.#random.between(1, most);
    return Array.from({ length: count }, () => words[this.#random.between(0, words.length - 1)]).join(' ');
  }
}
