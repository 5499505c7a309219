/** What the command line answers the shell (product.md 5). */
export const exitCodes = { done: 0, failed: 1, usage: 2, foundWanting: 3, interrupted: 130 } as const;
