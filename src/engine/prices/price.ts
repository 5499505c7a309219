import type { Picodollars } from './money.ts';

/** What one token of each kind costs. */
export interface Rates {
  readonly input: Picodollars;
  readonly output: Picodollars;
  readonly cacheRead: Picodollars;
  readonly cacheWrite5m: Picodollars;
  readonly cacheWrite1h: Picodollars;
}

/** What a model costs in a span of whole UTC days. */
export interface Price {
  /** As the transcripts name it. */
  readonly model: string;
  readonly speed: string;
  /** First day, `1970-01-01` for always. */
  readonly from: string;
  /** First day on which it no longer holds; null for ever. */
  readonly to: string | null;
  readonly rates: Rates;
  /** Per request; null when the list has no price for it. */
  readonly webSearch: Picodollars | null;
  /** Rates of a request whose prompt (input, cache reads and cache writes) has more than `above` tokens. */
  readonly long: { readonly above: number; readonly rates: Rates } | null;
  /** `price-page`: Anthropic's page, where genai-prices has nothing (price-page.ts). */
  readonly origin: 'genai-prices' | 'price-page' | 'override';
  /** The entry of the list, for people. */
  readonly matched: string;
}

export const always = '1970-01-01';

/**
 * The rates that follow from the input's: "5-minute cache write tokens are 1.25 times the base input tokens price, 1-hour
 * 2 times, cache read tokens 0.1 times" (https://platform.claude.com/docs/en/about-claude/pricing).
 */
export function anthropicRates(input: Picodollars, output: Picodollars): Rates {
  return {
    input,
    output,
    cacheRead: input / 10n,
    cacheWrite5m: (input * 5n) / 4n,
    cacheWrite1h: input * 2n,
  };
}

/** $10 per 1,000 searches (https://platform.claude.com/docs/en/about-claude/pricing#web-search-tool). */
export const anthropicWebSearch: Picodollars = 10_000_000_000n;
