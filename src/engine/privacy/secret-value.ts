/**
 * Judges values that stand where a secret would stand (`password=...`, `"api_key": "..."`) but have no form of their own.
 *
 * A wrong "yes" hides harmless text, a wrong "no" shows a secret: words, identifiers, paths, templates and placeholders
 * are left alone, everything that looks drawn at random is not.
 */

const placeholder =
  /your[-_ ]|example|placeholder|changeme|change[-_]me|x{6,}|\*{3}|\.{3}|…|redacted|process\.env|import\.meta|\$\{|\$\(|\{\{|%s|%\(/i;
const template =
  /^(?:[$%@][A-Za-z_{(]|[{<*&]|\[redacted:|[~.]|arn:|sha(?:1|256|384|512)[-:]|(?:msg|req|toolu)_)/;
const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const date = /^\d{4}-\d{2}-\d{2}/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const identifier = /^[A-Za-z_$][\w$]*(?:[.:/-][\w$]+)*$/;

/** A fill-in such as `sk-ant-xxxxxxxx` or `your-key-here`: no secret, whatever its form. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value) || distinctCharacters(value) < 5;
}

/** A value after `password=` and the like. `isQuoted`: a string of a program, not a bare word of it. */
export function isLikelyPassword(value: string, isQuoted: boolean): boolean {
  if (value.length < 8 || template.test(value) || isPlaceholder(value)) return false;
  if (value.startsWith('/') || number.test(value) || value.includes('://') || !/[A-Za-z]/.test(value))
    return false;
  if (/[!@#$%^*?~+=&]/.test(value)) return true;
  const digits = digitGroups(value);
  if (digits === 0) return false;
  return isQuoted || !(identifier.test(value) && digits <= 1 && !/\d{3}/.test(value));
}

/** The value of `PASSWORD=value` in a `.env` file or a shell: words count too, because no program stands there. */
export function isEnvironmentPassword(value: string): boolean {
  return value.length >= 6 && !template.test(value) && !isPlaceholder(value) && !/^\d+$/.test(value);
}

/** A value after `api_key=`, `token:` and the like. */
export function isLikelyKey(value: string, allowsUuid: boolean): boolean {
  if (value.length < 16 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (template.test(value) || date.test(value) || number.test(value) || isPlaceholder(value)) return false;
  if (value.includes('://')) return false;
  if (uuid.test(value)) return allowsUuid;
  return !isWordy(value) && entropy(value) >= (/^[0-9a-f]+$/i.test(value) ? 2.8 : 3.2);
}

/** Words, at most a few numbers: `my-token-2`, `createTokenV2`, `src/auth/token.ts`. */
function isWordy(value: string): boolean {
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  if (words.length === 0) return false;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  return digitGroups(value) <= 2 && letters / words.length >= 3;
}

function digitGroups(value: string): number {
  return value.match(/\d+/g)?.length ?? 0;
}

function distinctCharacters(value: string): number {
  return new Set(value.slice(0, 256)).size;
}

/** Shannon entropy in bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
