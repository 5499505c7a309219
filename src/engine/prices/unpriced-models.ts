import type { ClickHouseClient } from '@clickhouse/client';

/** A model whose responses have no cost: nobody knows its price, or not at its speed, or not on these days. */
export interface UnpricedModel {
  /** As the transcripts name it; may be empty. */
  readonly model: string;
  readonly speed: string;
  readonly responses: number;
  readonly tokens: number;
}

/** The models that totals of cost leave out, most responses first. */
export async function unpricedModels(client: Pick<ClickHouseClient, 'query'>): Promise<UnpricedModel[]> {
  const answer = await client.query({
    query: `SELECT
        u.model AS model,
        if(u.speed = '', 'standard', u.speed) AS speed,
        count() AS responses,
        sum(u.total_tokens) AS tokens
      FROM responses AS u
      WHERE u.cost IS NULL
      GROUP BY model, speed
      ORDER BY responses DESC, model, speed`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<UnpricedModel>();
}
