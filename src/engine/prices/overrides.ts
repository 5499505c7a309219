import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../../shared/failure.ts';
import { perUnit } from './money.ts';
import { always, anthropicRates, anthropicWebSearch, type Price, type Rates } from './price.ts';

/** USD, a number or its digits as text; at most as fine as 10^-12 USD per token. */
const usd = z.union([z.number(), z.string()]).refine((value) => {
  try {
    return perUnit(value) >= 0n;
  } catch {
    return false;
  }
}, 'must be a price in USD, for example 3 or "0.075"');

const day = z.iso.date();

/** Per million tokens. What is left out follows from the input: cache reads 0.1x, writes of 5 minutes 1.25x, of 1 hour 2x. */
const rates = {
  input: usd,
  output: usd,
  cacheRead: usd.optional(),
  cacheWrite5m: usd.optional(),
  cacheWrite1h: usd.optional(),
};

/** One price of a person's own, in `prices.json` of the data directory. */
export const priceOverride = z
  .strictObject({
    /** Exactly as the transcripts name it. */
    model: z.string().min(1),
    speed: z.enum(['standard', 'fast']).default('standard'),
    /** First UTC day. */
    from: day.optional(),
    /** First UTC day on which it no longer holds. */
    to: day.optional(),
    ...rates,
    /** Per 1,000 requests; $10 when left out. */
    webSearches: usd.optional(),
    /** Rates of a request whose prompt has more than `above` tokens, cache reads and writes included. */
    longContext: z.strictObject({ above: z.int().positive(), ...rates }).optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be later than "from"',
  });
export type PriceOverride = z.infer<typeof priceOverride>;
export type PriceOverrideInput = z.input<typeof priceOverride>;

const overridesFile = z.array(priceOverride);

/**
 * Reads `prices.json` of the data directory: a list of overrides. None when there is no such file.
 *
 * @throws AppError `invalid-input` when it can't be read as prices
 */
export async function readPriceOverrides(dataDir: string): Promise<PriceOverride[]> {
  const path = join(dataDir, 'prices.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError('invalid-input', `${path} can't be read. Prices were not changed.`, {
      cause: error,
      path,
    });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid-input', `${path} is not JSON. Prices were not changed.`, {
      cause: error,
      path,
    });
  }
  const parsed = overridesFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid-input', `${path} is not a list of prices. Prices were not changed.`, {
    path,
    detail: z.prettifyError(parsed.error),
  });
}

export function priceOf(override: PriceOverride): Price {
  const long = override.longContext;
  return {
    model: override.model,
    speed: override.speed,
    from: override.from ?? always,
    to: override.to ?? null,
    rates: ratesOf(override),
    webSearch: override.webSearches === undefined ? anthropicWebSearch : perUnit(override.webSearches, 1000),
    long: long ? { above: long.above, rates: ratesOf(long) } : null,
    origin: 'override',
    matched: 'prices.json',
  };
}

function ratesOf(stated: Pick<PriceOverride, keyof typeof rates>): Rates {
  const { cacheRead, cacheWrite5m, cacheWrite1h } = stated;
  const derived = anthropicRates(perUnit(stated.input), perUnit(stated.output));
  return {
    ...derived,
    ...(cacheRead === undefined ? {} : { cacheRead: perUnit(cacheRead) }),
    ...(cacheWrite5m === undefined ? {} : { cacheWrite5m: perUnit(cacheWrite5m) }),
    ...(cacheWrite1h === undefined ? {} : { cacheWrite1h: perUnit(cacheWrite1h) }),
  };
}

/** Puts a price over others of the same model and speed: they hold before it and after it. A later override wins. */
export function overlay(prices: readonly Price[], over: Price): Price[] {
  const rest = prices.flatMap((price) => {
    if (price.model !== over.model || price.speed !== over.speed) return [price];
    const pieces: Price[] = [];
    if (price.from < over.from) pieces.push({ ...price, to: earlier(price.to, over.from) });
    if (over.to !== null && (price.to === null || price.to > over.to)) {
      pieces.push({ ...price, from: price.from > over.to ? price.from : over.to });
    }
    return pieces;
  });
  return [...rest, over];
}

function earlier(a: string | null, b: string): string {
  return a !== null && a < b ? a : b;
}
