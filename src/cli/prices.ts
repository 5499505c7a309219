import { refreshPrices } from '../engine/prices/refresh-prices.ts';
import { unpricedModels } from '../engine/prices/unpriced-models.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { snakeCase } from '../shared/snake-case.ts';
import { counted } from '../shared/format.ts';
import { withDatabase } from './with-database.ts';

interface PricedModel {
  readonly model: string;
  readonly speed: string;
  readonly prices: number;
  readonly origin: string;
}

/** Loads the prices again, the person's own from `prices.json` included, and lists what has none. */
export async function runPrices(context: CommandContext): Promise<number> {
  const { priced, unpriced } = await withDatabase(context, async ({ client }) => {
    await refreshPrices(client, context.engine.dataDir, { anew: true });
    const answer = await client.query({
      query: `SELECT model, speed, count() AS prices, arrayStringConcat(arraySort(groupUniqArray(origin)), ', ') AS origin
        FROM prices GROUP BY model, speed ORDER BY model, speed`,
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    return { priced: await answer.json<PricedModel>(), unpriced: await unpricedModels(client) };
  });
  if (context.options.json) context.print.json(snakeCase({ priced, unpriced }));
  else {
    for (const { model, speed, prices, origin } of priced) {
      context.print.line(`${model} (${speed}): ${counted(prices, 'dated price')} from ${origin}`);
    }
    for (const { model, speed, responses } of unpriced) {
      context.print.line(`${model} (${speed}): no price; ${counted(responses, 'response')} without a cost`);
    }
  }
  return exitCodes.done;
}
