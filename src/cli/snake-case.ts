/** The JSON documents of the command line use the words of the database: `cacheReadTokens` is `cache_read_tokens`. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (found) => `_${found.toLowerCase()}`),
      snakeCase(inner),
    ]),
  );
}
