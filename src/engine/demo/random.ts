const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const base16 = '0123456789abcdef';

/**
 * Numbers that look random and are the same for the same seed on every machine: the xoshiro128** generator
 * (Blackman and Vigna, https://prng.di.unimi.it/), its state filled by a multiplicative hash of the seed.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    let word = Math.trunc(seed) | 0;
    const next = (): number => {
      word = (Math.imul(word ^ (word >>> 15), 0x9e3779b1) + 0x7f4a7c15) | 0;
      return word ^ (word >>> 13);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next() | 1;
    for (let round = 0; round < 16; round += 1) this.word();
  }

  /** At least 0, less than 1. */
  fraction(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  /** Mostly near `median`, seldom far above it: how sizes of prompts, outputs and token counts are spread. */
  around(median: number): number {
    const normal = this.fraction() + this.fraction() + this.fraction() + this.fraction() - 2;
    return Math.max(1, Math.round(median * Math.exp(normal * 1.8)));
  }

  hex(digits: number): string {
    return this.text(base16, digits);
  }

  /** As in the ids of the API. */
  base58(length: number): string {
    return this.text(base58, length);
  }

  uuid(): string {
    const digits = this.hex(32);
    const variant = '89ab'[this.between(0, 3)] ?? '8';
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      variant + digits.slice(17, 20),
      digits.slice(20),
    ].join('-');
  }

  private text(alphabet: string, length: number): string {
    let text = '';
    while (text.length < length) text += alphabet[this.word() % alphabet.length];
    return text;
  }

  private word(): number {
    const { a, b, c, d } = this;
    const crossed = d ^ b;
    const mixed = c ^ a;
    this.a = a ^ crossed;
    this.b = b ^ mixed;
    this.c = mixed ^ (b << 9);
    this.d = rotate(crossed, 11);
    return Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
