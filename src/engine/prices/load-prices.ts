import { createHash } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { clickhouseTime } from '../clickhouse/time.ts';
import { insertJson } from '../insert/insert-json.ts';
import { toDecimal } from './money.ts';
import { overlay, priceOf, type PriceOverride } from './overrides.ts';
import { pricesFromPage } from './price-page.ts';
import type { Price, Rates } from './price.ts';

const dayMs = 86_400_000;

/** What a model costs by the lists and a person's own prices; empty when nobody knows. */
export async function pricesOf(model: string, speed: string): Promise<Price[]> {
  const page = pricesFromPage(model, speed);
  if (page.length > 0) return page;
  // The other list is large, and most people use none of the models that only it knows.
  const { pricesFromGenai } = await import('./genai-prices.ts');
  return pricesFromGenai(model, speed);
}

/**
 * Brings the table of prices up to date with the models in the database; writes only when a price changed, or when the
 * list is a day old and was made from something else.
 *
 * Costs are computed when they are asked for: the next query has the new prices, nothing is imported again.
 * @param lists names the lists that this program has; empty when it can't tell, which looks every price up
 * @returns whether prices changed
 */
export async function loadPrices(
  client: Pick<ClickHouseClient, 'query' | 'exec'>,
  overrides: readonly PriceOverride[] = [],
  lists = builtLists(import.meta.url),
): Promise<boolean> {
  const seen = await seenModels(client);
  const madeFrom = lists === '' ? '' : fingerprint([lists, overrides, seen]);
  const [last] = await rowsOf<{ newest: string; last_made_from: string; loaded: string }>(
    client,
    'SELECT toString(max(version)) AS newest, argMax(made_from, version) AS last_made_from, toUnixTimestamp64Milli(max(loaded_at)) AS loaded FROM price_lists',
  );
  // Looking them up loads two lists, which costs more than all the rest of a run that has nothing to do.
  if (madeFrom !== '' && last?.last_made_from === madeFrom) return false;
  const { rows, isCurrent } = await comparePrices(client, overrides, seen);
  const now = Date.now();
  // Two versions of the program that take turns would write a list each time.
  const isFresh = now - Number(last?.loaded ?? 0) < dayMs;
  if (isCurrent && (madeFrom === '' || isFresh)) return false;
  const version = String(Math.max(now, Number(last?.newest ?? 0) + 1));
  const list = rows.length > 0 ? rows : [emptyRow];
  // One block, and so one part: a list is there as a whole or not at all.
  await insertJson(
    client,
    'price_lists',
    list.map((row) => ({ version, ...row, loaded_at: clickhouseTime(now), made_from: madeFrom })),
  );
  return !isCurrent;
}

/** The name that the build gives the file of this code: it has a hash of the code, and so of the lists that it loads. */
function builtLists(url: string): string {
  return /[^/]+-[\w-]{8}\.js$/.exec(url)?.[0] ?? '';
}

function fingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The prices that the table should have, and whether it has them. */
export async function comparePrices(
  client: Pick<ClickHouseClient, 'query'>,
  overrides: readonly PriceOverride[],
  models?: readonly SeenModel[],
): Promise<{ readonly rows: readonly (typeof emptyRow)[]; readonly isCurrent: boolean }> {
  const seen = models ?? (await seenModels(client));
  let prices = (await Promise.all(seen.map(({ model, speed }) => pricesOf(model, speed)))).flat();
  for (const override of overrides) prices = overlay(prices, priceOf(override));
  const rows = prices.map(rowOf);
  const present = await rowsOf<Record<string, unknown>>(
    client,
    `SELECT ${Object.keys(emptyRow).join(', ')} FROM prices`,
  );
  return { rows, isCurrent: listing(rows) === listing(present) };
}

interface SeenModel {
  readonly model: string;
  readonly speed: string;
}

/** Without FINAL: the model of a line that is not its response's only adds a price that nobody asks for. */
function seenModels(client: Pick<ClickHouseClient, 'query'>): Promise<SeenModel[]> {
  return rowsOf<SeenModel>(
    client,
    `SELECT DISTINCT usage.model AS model, if(usage.speed = '', 'standard', usage.speed) AS speed FROM response_evidence
      ORDER BY model, speed`,
  );
}

/** Decimals are sent and asked for as text: a JSON number would pass through a float. */
function rowOf(price: Price): typeof emptyRow {
  return {
    model: price.model,
    speed: price.speed,
    valid_from: price.from,
    valid_to: price.to,
    ...ratesRow('', price.rates),
    web_search: price.webSearch === null ? null : toDecimal(price.webSearch),
    long_threshold: String(price.long?.above ?? 0),
    ...ratesRow('long_', price.long?.rates ?? noRates),
    origin: price.origin,
    matched: price.matched,
  };
}

const noRates: Rates = { input: 0n, output: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n };

function ratesRow<Prefix extends '' | 'long_'>(prefix: Prefix, rates: Rates) {
  return {
    [`${prefix}input`]: toDecimal(rates.input),
    [`${prefix}output`]: toDecimal(rates.output),
    [`${prefix}cache_read`]: toDecimal(rates.cacheRead),
    [`${prefix}cache_write_5m`]: toDecimal(rates.cacheWrite5m),
    [`${prefix}cache_write_1h`]: toDecimal(rates.cacheWrite1h),
  } as Record<`${Prefix}${'input' | 'output' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h'}`, string>;
}

/** A row of the table without a price. */
const emptyRow = {
  model: '',
  speed: '',
  valid_from: '1970-01-01',
  valid_to: null as string | null,
  ...ratesRow('', noRates),
  web_search: null as string | null,
  long_threshold: '0',
  ...ratesRow('long_', noRates),
  origin: '',
  matched: '',
};

/** Rows as one text, to compare: ClickHouse leaves trailing zeros of a decimal out. */
function listing(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const lines = rows.map((row) =>
    Object.keys(emptyRow)
      .map((name) => {
        const value = row[name];
        return typeof value === 'string' && /^\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value;
      })
      .map((value) => JSON.stringify(value))
      .join(),
  );
  return lines.toSorted().join('\n');
}

async function rowsOf<Row>(client: Pick<ClickHouseClient, 'query'>, query: string): Promise<Row[]> {
  const answer = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_decimals: 1, output_format_json_quote_64bit_integers: 1 },
  });
  return answer.json<Row>();
}
