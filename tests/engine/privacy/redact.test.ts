import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/engine/privacy/redact.ts';
import { jwt, secretsByContext, secretsByForm } from './made-up-secrets.ts';
import { addresses, privateKey } from './made-up-texts.ts';

const redactor = createRedactor();
const secrets = [...secretsByForm, ...secretsByContext];

/** As the bytes of a line are decoded in the worker. */
function bytesAsCharacters(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function redactBothWays(text: string): string[] {
  const asBytes = redactor.redact(bytesAsCharacters(text), 'latin1');
  return [redactor.redact(text, 'utf8'), Buffer.from(asBytes, 'latin1').toString()];
}

/** The text in a record, in a record in a record, and so on. */
function nested(text: string, depth: number): string {
  let line = text;
  for (let level = 0; level < depth; level++)
    line = JSON.stringify({ type: 'user', content: [{ text: line }] });
  return line;
}

const surroundings: readonly ((secret: string) => string)[] = [
  (s) => s,
  (s) => `MY_VALUE=${s}\nOTHER=1`,
  (s) => `export X="${s}"`,
  (s) => `Here it is: ${s}. Keep it safe.`,
  (s) => `\n\t${s}\r\n`,
  (s) => `curl 'https://api.vendor.io/${s}/getMe?x=%22${s}%22'`,
  (s) => `     1→const key = '${s}';`,
  (s) => `\u001b[32m${s}\u001b[0m`,
  (s) => `{"a":"${s}","b":["${s}"]}`,
  (s) => `Error: bad (${s})\n    at f (/src/x.ts:1:2)`,
];

describe('secrets known by their form', () => {
  it.each(secretsByForm.map((made) => [made.name, made] as const))('%s', (_, made) => {
    for (const around of surroundings) {
      for (const depth of [0, 1, 2, 3]) {
        for (const masked of redactBothWays(nested(around(made.text), depth))) {
          expect(masked).not.toContain(made.secret);
          expect(masked).toContain('[redacted:');
        }
      }
    }
  });
});

describe('secrets known by their surroundings', () => {
  it.each(secretsByContext.map((made) => [made.name, made] as const))('%s', (_, made) => {
    for (const depth of [0, 1, 2, 3]) {
      // What a name of JSON says of a value outside of quotes can only be told inside of a line.
      for (const masked of redactBothWays(nested(made.text, depth))) {
        expect(masked).not.toContain(made.secret);
        expect(masked).toContain('[redacted:');
      }
    }
  });
});

it('tests at least 120 made-up secrets', () => {
  expect(secrets.length).toBeGreaterThanOrEqual(120);
});

describe('private keys', () => {
  const key = privateKey();
  const body = key.split('\n').slice(1, -1);
  const forms: readonly [string, string][] = [
    ['whole', key],
    ['PKCS #8', privateKey('')],
    ['OpenSSH', privateKey('OPENSSH ')],
    ['with Windows line ends', key.replaceAll('\n', '\r\n')],
    ['on one line', key.replaceAll('\n', ' ')],
    ['in a .env file', `KEY="${key.replaceAll('\n', '\\n')}"`],
    ['indented in YAML', `key: |\n${key.replaceAll(/^/gm, '    ')}`],
    [
      'as read with line numbers',
      key
        .split('\n')
        .map((line, i) => `     ${i + 1}→${line}`)
        .join('\n'),
    ],
    ['in a diff', key.replaceAll(/^/gm, '+')],
    ['cut off at the end', key.split('\n').slice(0, 3).join('\n')],
    ['cut off in a line', key.slice(0, 130)],
    ['cut off at the beginning', key.slice(70)],
    ['encrypted', key.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,A1B2C3\n\n')],
    ['with escaped slashes', key.replaceAll('/', '\\/')],
  ];
  it.each(forms)('%s', (_, text) => {
    for (const depth of [0, 1, 2, 3]) {
      for (const masked of redactBothWays(nested(`before ${text}\nafter it.`, depth))) {
        expect(masked).toContain('[redacted:private-key]');
        expect(masked).toContain('before');
        expect(masked).toContain('after it.');
        for (const line of body) {
          for (let at = 0; at + 16 <= line.length; at += 8)
            expect(masked).not.toContain(line.slice(at, at + 16));
        }
      }
    }
  });
});

describe('e-mail addresses', () => {
  it.each(addresses)('%s', (address) => {
    const texts = [
      address,
      `Author: Jane <${address}>`,
      `mailto:${address}?subject=x`,
      `\n${address}\n`,
      `写信给 ${address}，谢谢`,
      `"${address}","b"`,
      `Ask ${address}.`,
      `\u001b[33m${address}`,
    ];
    for (const text of texts) {
      for (const depth of [0, 1, 2]) {
        for (const masked of redactBothWays(nested(text, depth))) {
          expect(masked).not.toContain(address);
          expect(masked).toContain('[redacted:email]');
        }
      }
    }
  });

  it('finds signs that are written as escapes', () => {
    expect(redactor.redact(String.raw`{"a":"jane\u0040acme.io"}`, 'utf8')).toBe('{"a":"[redacted:email]"}');
    expect(redactor.redact('https://x.io/?user=jane%40acme.io&b=1', 'utf8')).toBe(
      'https://x.io/?user=[redacted:email]&b=1',
    );
  });

  it('takes nothing but the address', () => {
    expect(redactor.redact(String.raw`"x\njane@acme.io\ny \u003cjoe@acme.io\u003e"`, 'latin1')).toBe(
      String.raw`"x\n[redacted:email]\ny \u003c[redacted:email]\u003e"`,
    );
    expect(redactBothWays('联系jane@acme.io。再见.世界')).toEqual(
      Array.from({ length: 2 }, () => '联系[redacted:email]。再见.世界'),
    );
  });
});

describe('what stays around a secret', () => {
  it('keeps user and host of a URL', () => {
    expect(redactor.redact('postgres://app:s3cret@db.acme.io:5432/app', 'utf8')).toBe(
      'postgres://app:[redacted:url-password]@db.acme.io:5432/app',
    );
  });

  it('masks a key that stands where a user is named', () => {
    const token = secretsByForm.find(({ name }) => name === 'GitHub personal token')!.secret;
    expect(redactor.redact(`https://${token}:x-oauth-basic@github.com/a/b`, 'utf8')).toBe(
      'https://[redacted:github-token]:[redacted:url-password]@github.com/a/b',
    );
    expect(redactor.redact(`curl -u ${token}:hunt3r2 https://x.io`, 'utf8')).toBe(
      'curl -u [redacted:github-token]:[redacted:password] https://x.io',
    );
  });

  it('keeps the name, the quotes and the scheme', () => {
    expect(redactor.redact(`{"headers":{"Authorization":"Bearer ${jwt}"}}`, 'utf8')).toBe(
      '{"headers":{"Authorization":"Bearer [redacted:jwt]"}}',
    );
    expect(redactor.redact(`DB_PASSWORD='c0rrect-h0rse' # x`, 'utf8')).toBe(
      `DB_PASSWORD='[redacted:password]' # x`,
    );
  });

  it('names the vendor even where the name alone would have given the secret away', () => {
    const key = secretsByForm[0]!.secret;
    expect(redactor.redact(`ANTHROPIC_API_KEY=${key}`, 'utf8')).toBe(
      'ANTHROPIC_API_KEY=[redacted:anthropic-key]',
    );
  });

  it('tells the rule of every mask', () => {
    const rules: string[] = [];
    createRedactor((rule) => rules.push(rule)).redact(`${jwt} jane@acme.io`, 'utf8');
    expect(rules).toEqual(['jwt', 'email']);
  });
});

describe('properties', () => {
  const secretText = fc.constantFrom(...secrets.map((made) => made.text), ...addresses, privateKey());
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '\\',
      '"',
      '\\"',
      '\n',
      ',',
      '}',
      ':',
      '=',
      ' ',
      '//',
      '@',
      'password',
      'token: ',
      '://',
      '-u ',
    ),
  );
  const text = fc.array(fc.oneof(secretText, noise), { maxLength: 6 }).map((pieces) => pieces.join(''));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(
          text,
          fc.constantFrom(
            'password',
            'token',
            'api_key',
            'authorization',
            'Bearer ',
            'PASSWORD=',
            'x: "token\\',
          ),
        ),
        tie('any'),
        {
          maxKeys: 4,
        },
      ),
      text.map((inner) => JSON.stringify({ a: inner })),
    ),
  })).any;

  it('leaves valid JSON valid, secrets in keys and in nested JSON included', () => {
    fc.assert(
      fc.property(value, (json) => {
        const line = JSON.stringify({ json });
        for (const masked of redactBothWays(line)) expect(() => JSON.parse(masked) as unknown).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves valid JSON valid when every other character is an escape', () => {
    fc.assert(
      fc.property(text, (inner) => {
        const escaped = JSON.stringify(inner)
          .replaceAll('/', '\\/')
          .replaceAll(/[@=+&<>]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
        expect(JSON.parse(escaped)).toBe(inner);
        for (const masked of redactBothWays(escaped))
          expect(() => JSON.parse(masked) as unknown).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          value.map((json) => JSON.stringify(json)),
        ),
        (line) => {
          const [masked = ''] = redactBothWays(line);
          expect(redactor.redact(masked, 'utf8')).toBe(masked);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('shows no secret of a known form, wherever in a line it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...secretsByForm), noise, noise, (made, before, after) => {
        const line = JSON.stringify({
          [`${before} ${made.text} ${after}`]: [`${before} ${made.text} ${after}`],
        });
        for (const masked of redactBothWays(line)) expect(masked).not.toContain(made.secret);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers the text itself when there is nothing to mask', () => {
    const line = JSON.stringify({ type: 'user', message: 'Hello, wörld' });
    expect(redactor.redact(line, 'utf8')).toBe(line);
  });
});
