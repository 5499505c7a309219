import type { TextEncoding } from '../extract/growing-bytes.ts';
import type { Detector, Span } from './detector.ts';

/**
 * E-mail addresses, found from their `@` outwards.
 *
 * Kept, because they are nobody's mailbox: `git@host` (remotes of repositories), `noreply@` and the like, the domains
 * that RFC 2606 reserves for examples, and the user of a URL. `name@1.2.3`, `icon@2x.png` and `this@Page.onStart` are
 * no addresses.
 */

const longestLocal = 64;

const nobody = /^(?:git|hg|svn|(?:no|do-?not|donot)[._-]?reply)$/i;
const reservedDomain = /(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost|local|internal)$/i;
const version = /^v?\d+\.(?:\d|x\b)/i;
const pixelDensity = /^\d(?:\.\d)?x\./;
const labelOfCode = /^(?:this|super|return|break|continue)$/;
/** Endings of file and unit names that are not top-level domains. */
const fileEnding =
  /\.(?:png|jpe?g|gif|svg|webp|avif|ico|[cm]?[jt]sx?|d|css|scss|less|json[cl5]?|ya?ml|toml|lock|tgz|t?gz|tar|whl|jar|html?|txt|xml|log|sql|vue|svelte|java|kt|swift|cpp|hpp|exe|dll|dylib|wasm|map|snap|conf|cfg|ini|env|bak|tmp|patch|diff|service|socket|timer|target|mount|slice|so|prototype|length|size|shape|mean|sum|view)$/i;

/** Letters beyond ASCII: one character each, or the two bytes of one that was decoded as latin1. */
const letter = { utf8: '[\\u00c0-\\u07ff]', latin1: '[\\u00c3-\\u00df][\\u0080-\\u00bf]' };
/** Characters of three bytes, which only stand in domains that are written with them throughout. */
const wideLetter = {
  utf8: '[\\u3040-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7af]',
  latin1: '[\\u00e3-\\u00ed][\\u0080-\\u00bf]{2}',
};

function domainPattern(encoding: TextEncoding): RegExp {
  const label = `(?:[A-Za-z0-9-]|${letter[encoding]}){1,63}`;
  const wide = `(?:${wideLetter[encoding]}){1,20}`;
  const top = `(?:xn--[A-Za-z0-9-]{2,59}|[a-z]{2,24}|[A-Z]{2,24}|[A-Z][a-z]{1,23}|(?:${letter[encoding]}){2,24})`;
  return new RegExp(
    `(?:(?:${label}\\.){1,8}${top}|(?:${wide}\\.){1,4}(?:${wide}|${top}))(?![A-Za-z0-9_([=-])`,
    'y',
  );
}

const domains = { utf8: domainPattern('utf8'), latin1: domainPattern('latin1') };

/** The address around the sign that stands between `sign` and `afterSign`. */
export function emailAround(
  text: string,
  sign: number,
  afterSign: number,
  from: number,
  encoding: TextEncoding,
): Span | undefined {
  const start = localStart(text, sign, from, encoding);
  if (start === sign) return undefined;
  const pattern = domains[encoding];
  pattern.lastIndex = afterSign;
  const domain = pattern.exec(text)?.[0];
  if (domain === undefined) return undefined;
  const local = text.slice(start, sign);
  if (nobody.test(local) || labelOfCode.test(local) || reservedDomain.test(domain)) return undefined;
  if (version.test(domain) || pixelDensity.test(domain) || fileEnding.test(domain)) return undefined;
  if (local.length === 1 && domain.indexOf('.') === 1) return undefined;
  if (isUserOfUrl(text, start)) return undefined;
  return { start, end: afterSign + domain.length, rule: 'email' };
}

/** `%40` and `\u0040` instead of the sign, found by the common scan. */
export function encodedEmailDetector(encoding: TextEncoding): Detector {
  return {
    literals: ['%40', 'u0040'],
    find: (text, at, from) => {
      if (text[at] === '%') return emailAround(text, at, at + 3, from, encoding);
      let sign = at;
      while (sign > from && text[sign - 1] === '\\') sign--;
      return sign === at ? undefined : emailAround(text, sign, at + 5, from, encoding);
    },
  };
}

function localStart(text: string, sign: number, from: number, encoding: TextEncoding): number {
  const first = Math.max(from, sign - longestLocal - 1);
  let at = sign;
  while (at > first) {
    const code = text.charCodeAt(at - 1);
    if (isLocalCode(code)) at--;
    else if (encoding === 'utf8' && code >= 0xc0 && code <= 0x7ff) at--;
    else if (encoding === 'latin1' && code >= 0x80 && code <= 0xbf && at - 1 > first && isLead(text, at - 2))
      at -= 2;
    else if (at - 2 >= first && /^%2B/i.test(text.slice(at - 3, at))) at -= 3;
    else break;
  }
  // A longer run is no address, and its middle may be the middle of an escape.
  return sign - at > longestLocal ? sign : afterEscape(text, at, sign);
}

/** Steps over what belongs to an escape, a terminal colour or a sentence, and not to the address. */
function afterEscape(text: string, start: number, sign: number): number {
  let at = start;
  const before = text.charAt(at - 1);
  if (before === '\\') at += text[at] === 'u' ? 5 : 1;
  else if (before === '%') at += 2;
  else if (before === '[' || before === ';') at += /^\d{0,3}m/.exec(text.slice(at, at + 4))?.[0].length ?? 0;
  while (at < sign && '.-+'.includes(text.charAt(at))) at++;
  return Math.min(at, sign);
}

function isUserOfUrl(text: string, start: number): boolean {
  return text.startsWith('//', start - 2) || (text[start - 1] === '/' && text[start - 2] === '\\');
}

function isLead(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xc3 && code <= 0xdf;
}

function isLocalCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2e ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x5f
  );
}
