/** What a person types before the name of a command; a checkout says so itself (scripts/cli.mjs). */
export const ownName = process.env['TOKENHOUSE_COMMAND'] ?? 'tokenhouse';
