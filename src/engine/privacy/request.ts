import { endOfRun, isEscaped, startsWord, written, type Detector, type Span } from './detector.ts';
import { isLikelyKey, isPlaceholder } from './secret-value.ts';
import { isVendorKey } from './vendor-rules.ts';

/** Credentials on their way to a server: headers, URLs, and the commands that send them. */

const credential = String.raw`(?:[A-Za-z0-9._~+/=:-]|${written.escapedSymbol}){8,256}`;
const credentialRun = /[A-Za-z0-9._~+/=-]{1,4096}/y;

const bearer = new RegExp(String.raw`(bearer[ \t]{1,4})(${credential})`, 'iy');
const basic = new RegExp(String.raw`(basic[ \t]{1,4})((?:[A-Za-z0-9+/]|\\{1,64}\/){8,1024}={0,2})`, 'iy');
const header = `authorization${written.quote}?\\]?${written.space}${written.equals}${written.space}${written.quote}?`;
const schemes = String.raw`(?:bearer|basic|token|bot|api-?key|key|digest)[ \t]{1,4}`;
const authorization = new RegExp(`(${header}${schemes})(${credential})`, 'iy');
const bareAuthorization = new RegExp(`(${header})(${credential})`, 'iy');
const urlPassword = new RegExp(
  String.raw`(:(?:\\{0,64}\/){2}[^\s/:@"'${'`'}\\<>[\](){}]{0,128}:)([^\s/"'${'`'}\\<>]{1,200})@[A-Za-z0-9[_-]`,
  'y',
);
const signature = new RegExp(
  String.raw`((?:[?&;]|\\{1,64}u0026|%26)sig=|-signature=)([A-Za-z0-9%+/=_-]{40,2048})`,
  'iy',
);
const curlUser = new RegExp(
  String.raw`((?:--user|-u)[ =]${written.quote}?[\w.@+-]{1,64}:)([^\s"'${'`'}\\<>$]{6,128})`,
  'y',
);

export const requestDetectors: readonly Detector[] = [
  { literals: ['bearer'], ignoresCase: true, find: (text, at) => keep(text, at, bearer, 'bearer', isToken) },
  { literals: ['basic'], ignoresCase: true, find: (text, at) => keep(text, at, basic, 'basic', isBasic) },
  {
    literals: ['authoriz'],
    ignoresCase: true,
    find: (text, at) =>
      keep(text, at, authorization, 'authorization', (value) => isBasic(value) || isHeaderValue(value)) ??
      keep(text, at, bareAuthorization, 'authorization', isToken),
  },
  {
    literals: ['://', ':\\/', ':\\\\'],
    find: (text, at) => keep(text, at, urlPassword, 'url-password', isUrlPassword),
  },
  {
    literals: ['?sig=', '&sig=', 'u0026sig=', '%26sig=', '-signature='],
    ignoresCase: true,
    find: (text, at) => findSignature(text, at),
  },
  { literals: ['-u ', '-u=', '--us'], find: findCurlUser },
  { literals: ['hooks.sl', '/webhooks/', '.webhook.off'], find: findWebhook },
  { literals: [':AA'], find: findTelegram },
  { literals: ['-us'], find: findMailchimp },
  { literals: '0123456789'.split('').map((digit) => `${digit}Q~`), find: findAzureSecret },
];

/** Masks what stands behind the first group when `accepts` says that it is a secret. */
function keep(
  text: string,
  at: number,
  pattern: RegExp,
  rule: string,
  accepts: (value: string, kept: string) => boolean,
): Span | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, kept = '', secret = ''] = match;
  const start = at + kept.length;
  if (isVendorKey(text, start) || !accepts(secret, kept)) return undefined;
  const end = start + secret.length;
  return { start, end: pattern === urlPassword ? end : endOfCredential(text, end), rule };
}

function endOfCredential(text: string, from: number): number {
  return endOfRun(text, from, credentialRun);
}

function isToken(value: string): boolean {
  return isLikelyKey(value, true);
}

/** After `Authorization:` a short value counts too. */
function isHeaderValue(value: string): boolean {
  return (
    /\d/.test(value) && /[A-Za-z]/.test(value) && !isPlaceholder(value) && !/^(?:process|req)\./.test(value)
  );
}

/** `Basic` is also a word: only what decodes to `user:password` counts. */
function isBasic(value: string): boolean {
  const digits = value.replaceAll('\\', '').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]{7,}$/.test(digits) || digits.length % 4 === 1) return false;
  return /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(atob(digits));
}

/** Anything but a template: in a URL even `postgres` is a password. */
function isUrlPassword(value: string): boolean {
  return (
    !/^(?:[$%][A-Za-z_{(]|[{<*]|\[redacted:|\.{3}|…)/.test(value) && !/[${(]\{|\*{3}|\[redacted:/.test(value)
  );
}

/** The signature of a shared access or presigned URL. */
function findSignature(text: string, at: number): Span | undefined {
  // The literal `u0026sig=` stands behind the backslashes of its escape.
  const start = text.startsWith('u0026', at) ? text.lastIndexOf('\\', at) : at;
  const shifted = start >= 0 && at - start <= 1 ? start : at;
  return keep(text, shifted, signature, 'url-signature', (value) => !isPlaceholder(value));
}

/** `curl -u user:password`; `docker run -u 1000:1000` and `-u node:node` are none. */
function findCurlUser(text: string, at: number): Span | undefined {
  if (at === 0 || !/[\s"'\\nt]/.test(text.charAt(at - 1))) return undefined;
  return keep(
    text,
    at,
    curlUser,
    'password',
    (value, kept) => isUrlPassword(value) && /\D/.test(value) && !kept.endsWith(`${value}:`),
  );
}

const slackWebhook = new RegExp(
  String.raw`(hooks\.slack\.com${written.slash}(?:services|workflows|triggers)${written.slash})([A-Za-z0-9_+-]{1,256}(?:${written.slash}[A-Za-z0-9_+-]{1,256}){1,4})`,
  'y',
);
const discordWebhook = new RegExp(
  String.raw`(\/webhooks${written.slash}\d{15,22}${written.slash})([\w-]{50,256})`,
  'y',
);
const officeWebhook = new RegExp(
  String.raw`(\.webhook\.office\.com${written.slash}webhookb2${written.slash})([\w@-]{1,256}(?:${written.slash}[\w-]{1,256}){2,4})`,
  'y',
);

/** The address is the secret: who knows it may post. */
function findWebhook(text: string, at: number): Span | undefined {
  const pattern = text.startsWith('hooks', at)
    ? slackWebhook
    : text.startsWith('/', at)
      ? discordWebhook
      : officeWebhook;
  return keep(text, at, pattern, 'webhook', (value) => !isPlaceholder(value));
}

const telegramSecret = /:AA[\w-]{32,256}/y;

/** `123456789:AA...`, often as `/bot123456789:AA.../`. The bot's number is public and is kept. */
function findTelegram(text: string, at: number, from: number): Span | undefined {
  if (!/(?:^|\D|%\d\d)\d{8,10}$/.test(text.slice(Math.max(from, at - 13), at))) return undefined;
  telegramSecret.lastIndex = at;
  const secret = telegramSecret.exec(text)?.[0];
  if (secret === undefined || isPlaceholder(secret)) return undefined;
  return { start: at + 1, end: at + secret.length, rule: 'telegram-token' };
}

/** 32 hexadecimal digits and the data centre: `-us12`. */
function findMailchimp(text: string, at: number, from: number): Span | undefined {
  const start = at - 32;
  if (start < from || !startsWord(text, start, from) || isEscaped(text, start)) return undefined;
  if (!/^[0-9a-f]{32}-us\d{1,2}(?!\w)/.test(text.slice(start, at + 6))) return undefined;
  return { start, end: at + '-us'.length, rule: 'mailchimp-key' };
}

/** `abc8Q~` and 31 to 34 more characters. */
function findAzureSecret(text: string, at: number, from: number): Span | undefined {
  const start = at - 3;
  if (start < from || !startsWord(text, start, from) || isEscaped(text, start)) return undefined;
  const secret = /^[\w.~-]{3}\dQ~[\w.~-]{31,40}/.exec(text.slice(start, start + 46))?.[0];
  return secret === undefined
    ? undefined
    : { start, end: start + secret.length, rule: 'azure-client-secret' };
}
