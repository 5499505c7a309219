import { perUnit } from './money.ts';
import { always, anthropicRates, anthropicWebSearch, type Price, type Rates } from './price.ts';

/** An entry of Anthropic's price page. */
interface Listed {
  readonly model: RegExp;
  readonly speed: 'standard' | 'fast';
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  /** USD per million tokens. */
  readonly input: string;
  readonly output: string;
  readonly cacheRead?: string;
  readonly long?: { readonly above: number; readonly input: string; readonly output: string };
}

/** `-20251101`, `@20251101`, `[1m]` or nothing. */
const suffix = String.raw`(?:[-@]\d{8})?(?:\[1m\])?$`;
const named = (name: string): RegExp => new RegExp(`^${name}${suffix}`);

/**
 * What genai-prices 0.1.8 lacks or takes for another model, from https://platform.claude.com/docs/en/about-claude/pricing.
 * It goes before genai-prices; leave an entry out once the package has it.
 */
const listed: readonly Listed[] = [
  // The 1M context window of Sonnet 4 (beta): above 200K tokens $6 / $22.50 (page of August to November 2025,
  // "Long context pricing"; https://www.anthropic.com/news/1m-context). genai-prices has the short rates only.
  {
    model: new RegExp(String.raw`^claude-sonnet-4(?:-0|-20250514|@20250514)?(?:\[1m\])?$`),
    speed: 'standard',
    name: 'Claude Sonnet 4',
    input: '3',
    output: '15',
    long: { above: 200_000, input: '6', output: '22.5' },
  },
  // Newer than the package, whose "starts with claude-sonnet-5" would take it for Sonnet 5. Cache reads 0.1x of the input's
  // price until 2026-10-06, then 0.05x (https://platform.claude.com/docs/en/models/sonnet-5-5/overview; the day from
  // https://github.com/kurofune/claudit/releases/tag/v1.9.2 and https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.23).
  {
    model: named('claude-sonnet-5-5'),
    speed: 'standard',
    name: 'Claude Sonnet 5.5',
    to: '2026-10-07',
    input: '2',
    output: '10',
  },
  {
    model: named('claude-sonnet-5-5'),
    speed: 'standard',
    name: 'Claude Sonnet 5.5',
    from: '2026-10-07',
    input: '2',
    output: '10',
    cacheRead: '0.1',
  },
  // Newer than the package: two bands, the prompt counted with its cache reads and writes (same sources).
  {
    model: named('claude-haiku-5-5'),
    speed: 'standard',
    name: 'Claude Haiku 5.5',
    input: '0.1',
    output: '0.5',
    long: { above: 100_000, input: '0.5', output: '2.5' },
  },
  // Fast mode, with the usual factors for the cache (https://platform.claude.com/docs/en/build-with-claude/fast-mode:
  // 6x for Opus 4.6 and 4.7; 2x for 4.8 and 5: https://platform.claude.com/docs/en/about-claude/pricing#fast-mode-pricing).
  // genai-prices has them only as models of OpenRouter, with the same rates.
  {
    model: named('claude-opus-4-6'),
    speed: 'fast',
    name: 'Claude Opus 4.6, fast mode',
    input: '30',
    output: '150',
  },
  {
    model: named('claude-opus-4-7'),
    speed: 'fast',
    name: 'Claude Opus 4.7, fast mode',
    input: '30',
    output: '150',
  },
  {
    model: named('claude-opus-4-8'),
    speed: 'fast',
    name: 'Claude Opus 4.8, fast mode',
    input: '10',
    output: '50',
  },
  {
    model: named('claude-opus-5'),
    speed: 'fast',
    name: 'Claude Opus 5, fast mode',
    input: '10',
    output: '50',
  },
];

/** Prices of a model that genai-prices lacks; empty when it is to be asked. */
export function pricesFromPage(model: string, speed: string): Price[] {
  return listed
    .filter((entry) => entry.speed === speed && entry.model.test(model))
    .map((entry) => ({
      model,
      speed,
      from: entry.from ?? always,
      to: entry.to ?? null,
      rates: ratesOf(entry),
      webSearch: anthropicWebSearch,
      long: entry.long ? { above: entry.long.above, rates: ratesOf(entry.long) } : null,
      origin: 'price-page',
      matched: entry.name,
    }));
}

function ratesOf(entry: Pick<Listed, 'input' | 'output' | 'cacheRead'>): Rates {
  const rates = anthropicRates(perUnit(entry.input), perUnit(entry.output));
  return entry.cacheRead === undefined ? rates : { ...rates, cacheRead: perUnit(entry.cacheRead) };
}
