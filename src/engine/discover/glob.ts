import { AppError } from '../../shared/failure.ts';

/** More alternatives than this from `{a,b}` is a mistake, not a pattern. */
const maxAlternatives = 1000;

type Token =
  | { readonly is: 'star' }
  | { readonly is: 'any' }
  | { readonly is: 'text'; readonly text: string }
  | {
      readonly is: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/**
 * Compiles a glob to a test of paths whose parts are separated by `/`.
 *
 * `*` any text within a part, `?` one character, `[a-z]` `[!a-z]` one of a class, `{a,b}` alternatives, `**` as a
 * whole part any number of parts. As in `.gitignore`: a pattern without `/` matches any one part of the path, a
 * pattern with `/` counts from the root, and a folder that matches takes along all it contains. Names that begin with a dot are
 * ordinary names; upper and lower case differ; there is no escape character (write `[*]`).
 * Own, since `path.matchesGlob` is experimental in Node 20 and prints a warning. Time is linear in
 * the length of a name per star, for any pattern.
 *
 * @throws AppError `invalid-input` when braces multiply to over a thousand patterns.
 */
export function compileGlob(pattern: string): (relativePath: string) => boolean {
  const alternatives = expandBraces(pattern).map((text) => {
    const parts = text
      .replace(/^\.?\//, '')
      .replace(/\/$/, '')
      .split('/');
    return { isAnywhere: !text.replace(/\/$/, '').includes('/'), parts: parts.map(compilePart) };
  });
  return (relativePath) => {
    const names = relativePath.split('/');
    return alternatives.some(({ isAnywhere, parts }) => {
      const [only] = parts;
      if (isAnywhere && only !== undefined) {
        return only === 'parts' || names.some((name) => matchName(only, name));
      }
      return matchParts(parts, names);
    });
  };
}

type Part = 'parts' | readonly Token[];

/** Greedy with one step back per `**`, as in `matchName`; what is left of `names` lies in a matching folder. */
function matchParts(parts: readonly Part[], names: readonly string[]): boolean {
  let part = 0;
  let name = 0;
  let retryPart = -1;
  let retryName = 0;
  while (part < parts.length) {
    const expected = parts[part];
    const actual = names[name];
    if (expected === 'parts') {
      retryPart = part + 1;
      retryName = name;
      part += 1;
    } else if (expected !== undefined && actual !== undefined && matchName(expected, actual)) {
      part += 1;
      name += 1;
    } else if (retryPart >= 0 && retryName < names.length) {
      retryName += 1;
      part = retryPart;
      name = retryName;
    } else {
      return false;
    }
  }
  return parts.at(-1) !== 'parts' || name < names.length;
}

function matchName(tokens: readonly Token[], name: string): boolean {
  const characters = Array.from(name);
  let token = 0;
  let at = 0;
  let retryToken = -1;
  let retryAt = 0;
  while (at < characters.length || token < tokens.length) {
    const expected = tokens[token];
    const actual = characters[at];
    if (expected?.is === 'star') {
      retryToken = token + 1;
      retryAt = at;
      token += 1;
    } else if (expected !== undefined && actual !== undefined && matchCharacter(expected, actual)) {
      token += 1;
      at += 1;
    } else if (retryToken >= 0 && retryAt < characters.length) {
      retryAt += 1;
      token = retryToken;
      at = retryAt;
    } else {
      return false;
    }
  }
  return true;
}

function matchCharacter(token: Token, character: string): boolean {
  if (token.is === 'text') return token.text === character;
  if (token.is !== 'class') return true;
  return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
}

function compilePart(text: string): Part {
  if (text === '**') return 'parts';
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const close = character === '[' ? closingBracket(characters, at) : -1;
    if (close > 0) {
      tokens.push(compileClass(characters.slice(at + 1, close)));
      at = close;
    } else if (character === '*') {
      if (tokens.at(-1)?.is !== 'star') tokens.push({ is: 'star' });
    } else {
      tokens.push(character === '?' ? { is: 'any' } : { is: 'text', text: character });
    }
  }
  return tokens;
}

/** Index of the `]` that ends the class opened at `open`; a `]` in first place is a member. -1 when there is none. */
function closingBracket(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '!' || characters[open + 1] === '^' ? open + 2 : open + 1;
  return characters.indexOf(']', first + 1);
}

function compileClass(inside: readonly string[]): Token {
  const negated = inside[0] === '!' || inside[0] === '^';
  const members = negated ? inside.slice(1) : inside;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? '';
    const high = members[at + 2];
    if (members[at + 1] === '-' && high !== undefined) {
      ranges.push([low, high]);
      at += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return { is: 'class', negated, ranges };
}

/** `a{b,c{d,e}}` to `ab`, `acd`, `ace`. Braces without a comma or without an end are plain text. */
function expandBraces(pattern: string): string[] {
  const pending = [pattern];
  const done: string[] = [];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    const braces = firstBraces(text);
    if (braces === null) {
      done.push(text);
    } else {
      const { before, options, after } = braces;
      pending.push(...options.map((option) => before + option + after));
    }
    if (done.length + pending.length > maxAlternatives) {
      throw new AppError(
        'invalid-input',
        `The pattern stands for more than ${maxAlternatives} patterns. Use * or fewer alternatives.`,
        { detail: pattern.slice(0, 200) },
      );
    }
  }
  return done;
}

function firstBraces(text: string): { before: string; options: string[]; after: string } | null {
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
    let depth = 0;
    let from = open + 1;
    const options: string[] = [];
    for (let at = open; at < text.length; at += 1) {
      const character = text[at];
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      if ((character === ',' && depth === 1) || depth === 0) {
        options.push(text.slice(from, at));
        from = at + 1;
      }
      if (depth === 0) {
        if (options.length > 1) return { before: text.slice(0, open), options, after: text.slice(at + 1) };
        break;
      }
    }
  }
  return null;
}
