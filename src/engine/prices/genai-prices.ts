import {
  calcPrice,
  type ConditionalPrice,
  type ModelPrice,
  type PriceCalculation,
} from '@pydantic/genai-prices';
import { perUnit, type Picodollars } from './money.ts';
import { always, anthropicWebSearch, type Price, type Rates } from './price.ts';

/** Providers to ask besides the one genai-prices finds by the model's name: Bedrock's ids and gateway ids name no other. */
const gateways = [undefined, 'aws', 'openrouter'] as const;

/**
 * Prices of a model in the list that comes with @pydantic/genai-prices: one for each span of its dated prices.
 *
 * Empty, and so unpriced, also where the list cannot be followed exactly: prices by the time of day, more than one
 * threshold, and models whose name the list takes for an older one ("starts with claude-sonnet-5" matches
 * claude-sonnet-5-5).
 */
export function pricesFromGenai(model: string, speed: string): Price[] {
  if (speed !== 'standard') return [];
  // "[1m]" is Claude Code's own addition.
  const asked = model.replace(/\[1m\]$/, '');
  for (const providerId of gateways) {
    const found = ask(asked, new Date(), providerId);
    if (found && isSameVersion(asked, found.model.id)) return spansOf(model, asked, found, providerId);
  }
  return [];
}

function ask(model: string, timestamp: Date, providerId: string | undefined): PriceCalculation | null {
  return calcPrice({}, model, { timestamp, ...(providerId === undefined ? {} : { providerId }) });
}

function spansOf(
  model: string,
  asked: string,
  found: PriceCalculation,
  providerId: string | undefined,
): Price[] {
  const conditional: readonly ConditionalPrice[] = Array.isArray(found.model.prices)
    ? found.model.prices
    : [];
  if (conditional.some(({ constraint }) => constraint?.type === 'time_of_date')) return [];
  const days = conditional
    .flatMap(({ constraint }) => (constraint?.type === 'start_date' ? [constraint.start_date] : []))
    .toSorted();
  const starts = [...new Set([always, ...days])];
  const prices: Price[] = [];
  for (const [index, from] of starts.entries()) {
    const at = ask(asked, new Date(`${from}T00:00:00Z`), providerId);
    const read = at && readPrice(at.model_price, isClaude(asked));
    if (!read) return [];
    prices.push({
      model,
      speed: 'standard',
      from,
      to: starts[index + 1] ?? null,
      ...read,
      origin: 'genai-prices',
      matched: `${found.provider.name}: ${found.model.name ?? found.model.id}`,
    });
  }
  return prices;
}

type Tiered = Extract<ModelPrice[string], object>;

/** Reads a price as genai-prices would apply it: a kind without a price of its own costs what its parent costs. */
function readPrice(
  price: ModelPrice,
  isClaudeModel: boolean,
): Pick<Price, 'rates' | 'webSearch' | 'long'> | null {
  if (price['input_mtok'] === undefined || price['output_mtok'] === undefined) return null;
  const starts = new Set<number>();
  for (const value of Object.values(price)) {
    if (typeof value !== 'object') continue;
    for (const tier of value.tiers) starts.add(tier.start);
  }
  if (starts.size > 1) return null;
  const [above] = starts;
  const searches = price['web_searches_kcount'];
  return {
    rates: readRates(price, (value) => value.base, isClaudeModel),
    long:
      above === undefined
        ? null
        : { above, rates: readRates(price, (value) => value.tiers[0]?.price ?? value.base, isClaudeModel) },
    webSearch:
      typeof searches === 'number' ? perUnit(searches, 1000) : isClaudeModel ? anthropicWebSearch : null,
  };
}

function readRates(price: ModelPrice, pick: (value: Tiered) => number, isClaudeModel: boolean): Rates {
  const rate = (key: string): Picodollars | undefined => {
    const value = price[key];
    if (value === undefined) return undefined;
    return perUnit(typeof value === 'object' ? pick(value) : value);
  };
  const input = rate('input_mtok') ?? 0n;
  const cacheWrite5m = rate('cache_write_5m_mtok') ?? rate('cache_write_mtok') ?? input;
  return {
    input,
    output: rate('output_mtok') ?? 0n,
    cacheRead: rate('cache_read_mtok') ?? input,
    cacheWrite5m,
    // Some entries of Claude models (Bedrock, OpenRouter) state one write rate only: the 5-minute one; 1 hour is twice the
    // input's (https://platform.claude.com/docs/en/about-claude/pricing).
    cacheWrite1h: rate('cache_write_1h_mtok') ?? (isClaudeModel ? input * 2n : cacheWrite5m),
  };
}

const isClaude = (model: string): boolean => model.toLowerCase().includes('claude');

/** Whether a Claude model's version is the one of the entry; true for all other models. */
function isSameVersion(model: string, entry: string): boolean {
  const asked = versionOf(model);
  const listed = versionOf(entry);
  return asked === null || listed === null || asked === listed;
}

/** `4.5` of claude-opus-4-5-20251101, claude-4.5-opus or us.anthropic.claude-opus-4-5-v1:0; null when there is none. */
function versionOf(model: string): string | null {
  const name = model.toLowerCase();
  const [, major, minor = '0'] =
    /claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name) ??
    /claude-(\d{1,2})(?:[-.](\d{1,2}))?-[a-z]+/.exec(name) ??
    [];
  return major === undefined ? null : `${major}.${minor}`;
}
