import type { ClickHouseClient } from '@clickhouse/client';
import { indexText } from '../clickhouse/queries/search-text.ts';
import { keepUsage } from './keep-usage.ts';
import { loadPrices } from './load-prices.ts';
import { readPriceOverrides } from './overrides.ts';

/** Counting so many rows of evidence anew takes a tenth of a second. */
const fewestKept = 200_000;

/**
 * Brings the prices up to date with the models in the database and the person's own prices, then counts the usage ahead
 * and indexes the words of new lines, so that usage and search answer at once.
 *
 * @param anew compares every price with the lists, also when they were made from the same as before
 * @throws AppError `invalid-input` when `prices.json` can't be read; the prices stay as they were
 */
export async function refreshPrices(
  client: ClickHouseClient,
  dataDir: string,
  { anew = false } = {},
): Promise<void> {
  const overrides = await readPriceOverrides(dataDir);
  await (anew ? loadPrices(client, overrides, '') : loadPrices(client, overrides));
  await keepUsage(client, fewestKept);
  await indexText(client);
}
