import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skipBlank, tokens } from '../../../src/engine/embedded/lexer.ts';

const read = (text: string): string[] =>
  [...tokens(text)].map((token) => `${token.kind}:${text.slice(token.start, token.end)}`);

describe('the lexer', () => {
  it('reads strings with both escapes of a quote', () => {
    expect(read(String.raw`'a''b' 'c\'d' 'e\\'`)).toEqual([
      "string:'a''b'",
      String.raw`string:'c\'d'`,
      String.raw`string:'e\\'`,
    ]);
  });

  it('reads quoted identifiers of both kinds', () => {
    expect(read('`a``;b` "c"";d"')).toEqual(['identifier:`a``;b`', 'identifier:"c"";d"']);
  });

  it.each([
    ['-- ; VALUES\nSELECT', ['word:SELECT']],
    ['// ;\nSELECT', ['word:SELECT']],
    ['# ;\nSELECT', ['word:SELECT']],
    ['#! ;\nSELECT', ['word:SELECT']],
    ['#a', ['symbol:#', 'word:a']],
    ['/* ; /* nested */ ; */ SELECT', ['word:SELECT']],
    ['a-- b', ['word:a']],
    ['1-1', ['number:1', 'symbol:-', 'number:1']],
  ])('leaves comments out: %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('reads heredocs, with and without a tag', () => {
    expect(read("$$ ; ' $$ x")).toEqual(["heredoc:$$ ; ' $$", 'word:x']);
    expect(read('$tag$ $$ ; $tag$;')).toEqual(['heredoc:$tag$ $$ ; $tag$', 'symbol:;']);
  });

  it('takes a dollar sign that opens no heredoc for part of a word', () => {
    expect(read('a$b $c')).toEqual(['word:a$b', 'word:$c']);
  });

  it('reads typographic quotes', () => {
    const text = Buffer.from('‘;’ “;” x').toString('latin1');
    expect([...tokens(text)].map((token) => token.kind)).toEqual(['string', 'identifier', 'word']);
  });

  it.each(["'a", '"a', '`a', "'a\\'"])('says that %j is unterminated', (text) => {
    expect([...tokens(text)].map((token) => token.kind)).toEqual(['unterminated']);
  });

  it('skips an open comment to the end', () => {
    expect(skipBlank('  /* a', 0)).toBe(6);
    expect(skipBlank(' -- a', 0)).toBe(5);
  });

  it('moves forward over any text and never leaves it', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '$',
      '$a$',
      '--',
      '/*',
      '*/',
      '//',
      '# ',
      '\n',
      ';',
      'a',
      '1',
      ' ',
      '(',
      ')',
      '.',
      '\u00e2\u0080\u0098',
      '\u0000',
      '\u00ff',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let at = 0;
        for (const token of tokens(text)) {
          expect(token.start).toBeGreaterThanOrEqual(at);
          expect(token.end).toBeGreaterThan(token.start);
          at = token.end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
