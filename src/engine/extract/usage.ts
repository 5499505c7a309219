/** Token counts of one API response as one line states them. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly webSearches: number;
}

type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object';
}

/**
 * Missing, null or non-numeric counts read as 0 (format.md 4: 836 lines have only input and output). So does one beyond
 * 2^53: it is no count of tokens, and no column holds it. One below zero is taken as it stands (docs/counting.md).
 */
function count(value: unknown): number {
  const isCount = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  // Adding zero makes a plain one of the negative one.
  return isCount ? Math.trunc(value) + 0 : 0;
}

/**
 * Reads one of the 24 shapes of `message.usage`.
 *
 * Cache writes are the 5-minute/1-hour pair when the pair is not all zero, else the flat field counted as 5-minute
 * (product.md, counting rule).
 */
export function readUsage(usage: Json): Usage {
  const pair = isObject(usage['cache_creation']) ? usage['cache_creation'] : {};
  const server = isObject(usage['server_tool_use']) ? usage['server_tool_use'] : {};
  const fiveMinutes = count(pair['ephemeral_5m_input_tokens']);
  const oneHour = count(pair['ephemeral_1h_input_tokens']);
  const hasPair = fiveMinutes + oneHour !== 0;
  return {
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    cacheRead: count(usage['cache_read_input_tokens']),
    cacheWrite5m: hasPair ? fiveMinutes : count(usage['cache_creation_input_tokens']),
    cacheWrite1h: hasPair ? oneHour : 0,
    webSearches: count(server['web_search_requests']),
  };
}

export function totalTokens(usage: Usage): number {
  return usage.input + usage.output + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}
