import { comparePrices } from '../prices/load-prices.ts';
import { readPriceOverrides } from '../prices/overrides.ts';
import { ask } from './ask.ts';
import { responseChecks } from './database/response-checks.ts';
import { selfChecks, type SelfCheckRow } from './database/self-checks.ts';
import { viewSumsCheck } from './database/view-checks.ts';
import type { Check } from './findings.ts';
import type { Verification } from './verify.ts';

/** Places listed for one check; a table that is wrong everywhere is not more wrong for a longer list. */
const mostPlaces = 200;

const allChecks = [...selfChecks, ...responseChecks, viewSumsCheck];

/** Asks the database about itself. */
export async function runSelfChecks({ engine, database, findings, signal }: Verification): Promise<void> {
  const { client } = database;
  const params = { source: engine.source };
  for (const { check, looked, query, advice, severity = 'error', action } of allChecks) {
    findings.begin(check);
    const [size] = await ask<{ n: string }>(client, looked, params, signal);
    findings.looked(check, Number(size?.n ?? 0));
    const rows = await ask<SelfCheckRow>(
      client,
      `SELECT * FROM (${query}) LIMIT ${mostPlaces}`,
      params,
      signal,
    );
    for (const { root, file, offset, wrong, what } of rows) {
      findings.add(check, {
        severity,
        ...(root === '' ? {} : { root, file, offset: offset === '' ? null : Number(offset) }),
        message: `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
        advice,
        action: action === 'reimport' ? { kind: action, files: [{ root, file }] } : { kind: action },
        count: Math.max(1, Number(wrong)),
      });
    }
  }
}

const pricesCheck: Check = {
  name: 'prices',
  tier: 'cross',
  dimension: 'accuracy',
  title: 'The prices are those of the price lists and of your own prices.json',
};

/** A changed price makes every cost wrong, and nothing else tells. */
export async function checkPrices({ engine, database, findings }: Verification): Promise<void> {
  findings.begin(pricesCheck);
  const { rows, isCurrent } = await comparePrices(database.client, await readPriceOverrides(engine.dataDir));
  findings.looked(pricesCheck, rows.length);
  if (isCurrent) return;
  findings.add(pricesCheck, {
    message:
      'The table of prices is not what the price lists and your prices.json say: costs are wrong, tokens are not.',
    advice: 'Load the prices again: `tokenhouse prices`.',
    action: { kind: 'prices' },
  });
}
