/** How many bytes at its start a file is recognised by. */
export const headBytes = 4096;
/** How many bytes before its checkpoint a file is recognised by. */
export const tailBytes = 1024;

/** Sums of hashes are kept modulo 2^64, as ClickHouse adds up UInt64. */
export const mask64 = (1n << 64n) - 1n;
