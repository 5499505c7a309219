import { endOfRun, isEscaped, written, type Detector, type Span } from './detector.ts';
import { isEnvironmentPassword, isLikelyKey, isLikelyPassword } from './secret-value.ts';
import { isVendorKey } from './vendor-rules.ts';

/**
 * Secrets without a form of their own, known by the name before them: `DB_PASSWORD=...`, `\"api_key\": \"...\"`,
 * `--token ...`, `<password>...</password>`, `AWS Secret Access Key [None]: ...`.
 */

/** `_` and `-` may be left out; a space only as in the prompts of the AWS command line. */
const joint = '[_ -]?';
const keyOwners =
  'api|app|application|access|secret|private|auth|encryption|signing|account|master|service|client|license|subscription|admin|deploy|webhook|storage';
const passwordNames = 'passw(?:or)?d|pwd|passphrase|_pass';
const keyNames = `secret(?:${joint}(?:access${joint})?key(?:_base)?)?|token|(?:${keyOwners})${joint}key|credential`;

const declaration = String.raw`(?::[ \t]{0,4}string[ \t]{0,4})?`;
const awsPrompt = String.raw`(?:\[(?!redacted:)[^\][\\"]{0,24}\]${written.space})?`;
const quote = `(${written.quote}?)`;
const head = (names: string): RegExp =>
  new RegExp(
    `(${names})(${written.quote}?\\]?)${written.space}${declaration}${awsPrompt}` +
      `(${written.equals}|>|(?<=[ \\t]))${written.space}${quote}`,
    'iy',
  );

const passwordHead = head(passwordNames);
const keyHead = head(keyNames);

/** So many characters are judged; a longer value is masked to its end. */
const mostJudged = 128;
const bareValue = new RegExp(
  String.raw`(?:[^\s"'${'`'}\\<>,;(){}\[\]&|\x00-\x1f]|${written.escapedSymbol}){1,${mostJudged}}`,
  'y',
);
const quotedValue = new RegExp(
  String.raw`(?:[^\s"'${'`'}\\<>\x00-\x1f]|${written.escapedSymbol}){1,${mostJudged}}`,
  'y',
);
const bareRun = /[^\s"'`\\<>,;(){}[\]&|]{1,4096}/y;
const quotedRun = /[^\s"'`\\<>]{1,4096}/y;
const escapedSymbol = new RegExp(written.escapedSymbol, 'g');

/** Names whose last word says "key" or "token" and that hold none. */
const harmlessOwner = /(?:page|continuation|next|cursor|cancel(?:lation)?|public|sync|design|syntax)[_-]?$/i;

export const assignmentDetectors: readonly Detector[] = [
  {
    literals: ['passw', 'pwd', 'passph', ...'=: "\'\\'.split('').map((after) => `_pass${after}`)],
    ignoresCase: true,
    find: (text, at) => findAssignment(text, at, 'password'),
  },
  {
    literals: ['secr', 'token', ...keyOwners.split('|').flatMap((owner) => keyLiterals(owner)), 'credential'],
    ignoresCase: true,
    find: (text, at) => findAssignment(text, at, 'secret'),
  },
];

function keyLiterals(owner: string): string[] {
  return ['', '_', '-', ' '].map((between) => `${owner}${between}key`);
}

type Kind = 'password' | 'secret';

/** What stands before a value, in pieces. */
interface Head {
  readonly name: string;
  /** The quote that ends the name. */
  readonly closing: string;
  /** Empty for an option and its value: `--token abc`. */
  readonly sign: string;
  /** The quote that starts the value. */
  readonly opening: string;
  readonly end: number;
}

function findAssignment(text: string, at: number, kind: Kind): Span | undefined {
  const head = readHead(text, at, kind);
  if (!head || !mayHaveValue(head, text, at) || isVendorKey(text, head.end)) return undefined;
  const value = readValue(text, head);
  if (value === undefined) return undefined;
  const plain = value.text.replaceAll(escapedSymbol, '/');
  const owner = text.slice(Math.max(0, at - 24), at);
  const isSecret =
    kind === 'secret'
      ? !harmlessOwner.test(owner) && isLikelyKey(plain, !/^token$/i.test(head.name))
      : isLikelyPassword(plain, head.opening !== '') ||
        (isShouted(head, text, at) && isEnvironmentPassword(plain));
  return isSecret ? { start: head.end, end: endOfValue(text, head, value), rule: kind } : undefined;
}

function readHead(text: string, at: number, kind: Kind): Head | undefined {
  // By far the most frequent name is `input_tokens`.
  if (text[at + 5] === 's' && text.startsWith('token', at)) return undefined;
  const pattern = kind === 'password' ? passwordHead : keyHead;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [whole, name = '', closing = '', sign = '', opening = ''] = match;
  return { name, closing, sign, opening, end: at + whole.length };
}

function mayHaveValue({ closing, sign, opening }: Head, text: string, at: number): boolean {
  if (sign === '') return isFlag(text, at);
  // In JSON a value that stands outside of quotes is a number or a word of the language: a mask would break the line.
  if (endsString(closing)) return endsString(opening);
  return sign !== '=>' || opening !== '';
}

/** A quote of the line's own strings: an even number of backslashes escape each other. */
function endsString(quote: string): boolean {
  return quote.endsWith('"') && quote.length % 2 === 1;
}

/** `DB_PASSWORD=`, as in `.env` files and shells: capitals and no space. */
function isShouted({ name, end }: Head, text: string, at: number): boolean {
  const assigned = /^[A-Z0-9_]*=(?!=)/.exec(text.slice(at, end))?.[0];
  if (assigned === undefined || name !== name.toUpperCase()) return false;
  return end - at - assigned.length <= 3 && !/[a-z.]/.test(text.charAt(at - 1));
}

/** Whether the name that holds `at` is an option of a command: `--db-password`. */
function isFlag(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && at - start < 40 && /[\w-]/.test(text.charAt(start - 1))) start--;
  return text.startsWith('--', start);
}

interface Value {
  /** The value, or its first characters. */
  readonly text: string;
  readonly end: number;
  readonly isWhole: boolean;
}

function readValue(text: string, { sign, opening, end: start }: Head): Value | undefined {
  // An opening quote may be the closing quote of a JSON string: what follows that is structure.
  if (',}]: \t'.includes(text.charAt(start)) || isEscaped(text, start)) return undefined;
  const pattern = opening === '' ? bareValue : quotedValue;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0];
  if (value === undefined) return undefined;
  const end = start + value.length;
  // Only the judged part is looked at before the verdict: a long value may hold many names, each judged anew.
  if (value.length >= mostJudged) return { text: value, end, isWhole: false };
  const after = text.slice(end, end + 12);
  if (after.startsWith('[redacted:') || (opening === '' && /^[([{]/.test(after))) return undefined;
  if (sign === '>' && !/^(?:<|\\+u003c)/i.test(after)) return undefined;
  return { text: value, end, isWhole: true };
}

function endOfValue(text: string, { opening }: Head, { end, isWhole }: Value): number {
  return isWhole ? end : endOfRun(text, end, opening === '' ? bareRun : quotedRun);
}
