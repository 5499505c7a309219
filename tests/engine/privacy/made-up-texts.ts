import { base64, glue, letters } from './made-up-letters.ts';

/** Addresses of people. */
export const addresses: readonly string[] = [
  'jane.doe@acme.io',
  'jane+claude@acme.co.uk',
  'J_Doe-99@Mail.Acme.IO',
  'max@müller.de',
  'jürgen@xn--mller-kva.de',
  'a@gmail.com',
  '12345678+jane@users.noreply.github.com',
  'jane@163.com',
  'info@例子.公司',
];

/** The lines of a private key, with `\n` between them. */
export function privateKey(kind = 'RSA '): string {
  const lines = [letters(base64, 64), letters(base64, 64), letters(base64, 64), `${letters(base64, 30)}==`];
  const frame = (edge: string): string => glue('-----', edge, ' ', kind, 'PRIVATE', ' KEY-----');
  return [frame('BEGIN'), ...lines, frame('END')].join('\n');
}
