/** USD in units of 10^-12: exact for every rate a price list states, however many tokens it is multiplied with. */
export type Picodollars = bigint;

const plain = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * A price for a million (or a thousand) units as the price of one, read from its decimal digits and never computed with.
 *
 * @throws RangeError when it is no plain decimal number or finer than 10^-12 USD
 */
export function perUnit(price: number | string, units: 1_000_000 | 1_000 | 1 = 1_000_000): Picodollars {
  const [, whole, fraction = '', exponent = '0'] = plain.exec(String(price).trim()) ?? [];
  if (whole === undefined) throw new RangeError(`${price} is no price`);
  const places = { 1_000_000: 6, 1_000: 3, 1: 0 }[units];
  // Digits after the point of a price in units of 10^-12.
  const shift = 12 - places - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  if (digits % divisor !== 0n) throw new RangeError(`${price} is finer than 10^-12 USD per unit`);
  return digits / divisor;
}

/** As a Decimal(38, 12) literal. */
export function toDecimal(amount: Picodollars): string {
  const digits = amount.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
