/** Pieces of made-up secrets, see made-up-secrets.ts. */

export const lower = 'abcdefghijklmnopqrstuvwxyz';
export const digits = '0123456789';
export const hex = `${digits}abcdef`;
export const base36 = lower + digits;
export const base62 = lower + lower.toUpperCase() + digits;
export const url64 = `${base62}-_`;
export const base64 = `${base62}+/`;
export const base32 = `${lower.toUpperCase()}234567`;

let seed = 7;
/** The same letters in every run. */
export function letters(alphabet: string, length: number): string {
  let text = '';
  while (text.length < length) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    text += alphabet.charAt((seed >>> 12) % alphabet.length);
  }
  return text;
}

export const glue = (...pieces: string[]): string => pieces.join('');
