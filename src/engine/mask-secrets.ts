import { createRedactor } from './privacy/redact.ts';

const mask = '***';

/** Names whose text is a secret. Counts such as `tokens: 12` are numbers and stay. */
const secretName = /pass(word|wd|phrase)?$|secret|credential|authorization|cookie|api[-_]?key|token$/i;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  // user:password@host, whatever the scheme
  [/(\b[a-z][a-z\d+.-]*:\/\/[^\s/:@]*):[^\s/@]*@/gi, `$1:${mask}@`],
  [/([?&;](?:password|passwd|pwd|token|secret|api[-_]?key|key)=)[^\s&#"']+/gi, `$1${mask}`],
  [/\b(Bearer|Basic)\s+[\w+./=~-]{8,}/gi, `$1 ${mask}`],
  [/\bsk-[\w-]{8,}/g, mask],
];

/** A copy for the log: secrets masked, errors and other things that JSON leaves out written as text. */
export function maskSecrets(value: unknown): unknown {
  return copy(value, '', []);
}

function copy(value: unknown, name: string, above: readonly object[]): unknown {
  if (typeof value === 'string') return secretName.test(name) && value !== '' ? mask : maskText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (above.includes(value)) return '[circular]';
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((item) => copy(item, name, within));
  const entries = Object.entries(value instanceof Error ? describeError(value) : value);
  return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, key, within)]));
}

function describeError(error: Error): object {
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  const own = Object.fromEntries(Object.entries(error));
  return { ...own, name: error.name, message: error.message, stack: error.stack, ...cause };
}

/** Secrets of known forms, and e-mail addresses: a database's error may quote a line of a transcript. */
const redactor = createRedactor();

/** Text for the log: passwords in addresses, keys, tokens and e-mail addresses masked. */
export function maskText(text: string): string {
  const masked = secretTexts.reduce(
    (rest, [pattern, replacement]) => rest.replace(pattern, replacement),
    text,
  );
  return redactor.redact(masked, 'utf8');
}
