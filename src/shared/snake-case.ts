/** The JSON documents that people read use the words of the database: `cacheReadTokens` is `cache_read_tokens`. */
export function snakeCase(value: unknown): unknown {
  return renamed(value, (key) => key.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (found) => `_${found.toLowerCase()}`));
}

/** The way back from {@link snakeCase}, for keys that are words of the code: `cache_write_5m_tokens` is `cacheWrite5mTokens`. */
export function camelCase(value: unknown): unknown {
  return renamed(value, (key) => key.replaceAll(/_([a-z\d])/g, (_, found: string) => found.toUpperCase()));
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [rename(key), renamed(inner, rename)]),
  );
}
