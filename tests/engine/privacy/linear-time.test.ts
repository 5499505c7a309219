import { expect, it } from 'vitest';
import { createRedactor } from '../../../src/engine/privacy/redact.ts';
import { vendorRules } from '../../../src/engine/privacy/vendor-rules.ts';
import { secretsByContext, secretsByForm } from './made-up-secrets.ts';
import { privateKey } from './made-up-texts.ts';

const redactor = createRedactor();
const small = 1 << 14;
const factor = 8;

/** Processor time, the best of two: other processes do not count. */
function costOf(text: string): number {
  let best = Infinity;
  for (let run = 0; run < 2; run++) {
    const before = process.cpuUsage();
    redactor.redact(text, 'latin1');
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best;
}

/** What a scanner would stumble over: beginnings without end, ends without beginning, rejected values. */
const traps: readonly (readonly [string, string])[] = [
  ...vendorRules.map((rule) => [`${rule.vendor} ${rule.literals[0]}`, rule.literals[0] ?? ''] as const),
  ...vendorRules.map((rule) => [`${rule.vendor} with dots`, `${rule.literals[0]}.`] as const),
  ['nearly a JWT', 'eyJabcdefgh.'],
  ['placeholder keys', 'xoxb-xoxb-xoxb-'],
  ['signs', '@'],
  ['nearly addresses', 'a@a.'],
  ['labels', 'a@b.c.d.e.f.g.h.'],
  ['local parts', 'a.b+c_d-'],
  ['encoded signs', 'a%40'],
  ['escaped signs', 'a\\u0040'],
  ['backslashes', '\\'],
  ['quotes', '\\"'],
  ['passwords', 'password='],
  ['passwords with quotes', 'password=\\"'],
  ['names and spaces', 'password  '],
  ['rejected values', 'password=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['names in names', 'secret_access_key'],
  ['tokens', 'token:'],
  ['nested values', 'token=token=x'],
  ['options', '--token '],
  ['brackets', 'secret[ab '],
  ['URLs', '://'],
  ['URLs with users', '://a:b'],
  ['escaped URLs', ':\\\\/\\/'],
  ['userinfo', '://a:bbbbbbbbbbbbbbbbbbbb '],
  ['curl', ' -u a:b'],
  ['bearers', 'bearer '],
  ['basics', 'basic aaaaaaaa'],
  ['headers', 'authorization: basic '],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'],
  ['beginnings of keys and breaks', '-----BEGIN PRIVATE KEY-----\\n\\n'],
  ['ends of keys', '\\n-----END PRIVATE KEY-----'],
  ['ends of keys after lines', 'AAAAAAAAAAAAAAAAAAAA\\n-----END PRIVATE KEY'],
  ['lines of keys', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA\\n'],
  ['dashes', '-'],
  ['digits', '1234567890:AA'],
  ['hexadecimals', '0123456789abcdef0123456789abcdef-us'],
  ['signatures', '?sig=%'],
  ['webhooks', 'hooks.slack.com/services/'],
  ['colours', '\u001b[32m'],
  ['masks', '[redacted:token]'],
  ['nearly masks', '[redacted:'],
  ['text', 'The quick brown fox. '],
  ['base64', 'iVBORw0KGgoAAAANSUhEUgAA'],
  ['secrets', secretsByForm.map((made) => made.text).join(' ')],
  ['surroundings', secretsByContext.map((made) => made.text).join(' ')],
  ['private keys', `${privateKey()}\n`],
];

/** Eight times the text must not cost much more than eight times the work; quadratic would be sixty-four times. */
it.each(traps)('takes time in proportion to the length: %s', (_, piece) => {
  const text = (length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  costOf(text(small));
  // Texts that cost next to nothing are measured against a millisecond.
  const short = Math.max(costOf(text(small)), 1000);
  expect(costOf(text(small * factor))).toBeLessThan(short * factor * 3);
});

/** After a beginning comes a very long run of one kind of character. */
const runs = ['a', 'A1', '-', '_', '=', '/', ' ', '\\n', '\\', '.', 'a.', 'a@', '\t', '0', '%20', '"', ':'];
it.each([
  ...vendorRules.map((rule) => rule.literals[0] ?? ''),
  'password=',
  'token: "',
  '://a:',
  'bearer ',
  '-u a:',
  '-----BEGIN PRIVATE KEY-----',
  'x@',
])('takes time in proportion to the length of a run after %s', (beginning) => {
  for (const run of runs) {
    const text = (length: number): string => beginning + run.repeat(length / run.length);
    const short = Math.max(costOf(text(small / 4)), 1000);
    expect(costOf(text((small / 4) * factor)), run).toBeLessThan(short * factor * 3);
  }
});

/** A regular expression that runs over some five million characters at once ends in a RangeError. */
it.each([
  'ghp_',
  'sk-ant-api03-',
  'token: "',
  'Bearer ',
  '-----BEGIN PRIVATE KEY-----',
  'eyJaaaaaaaaa.eyJ',
  '&sig=',
  'x@',
])('gets over a run of twenty million characters after %s', (beginning) => {
  const run = 'a1B2c3D4e5F6g7H8i9J0'.repeat(1_000_000);
  expect(() => redactor.redact(beginning + run, 'latin1')).not.toThrow();
});
