import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../src/engine/discover/glob.ts';

const matches = (pattern: string, path: string): boolean => compileGlob(pattern)(path);

describe('compileGlob', () => {
  it.each([
    ['*', 'a.jsonl'],
    ['*', 'a/b/c.jsonl'],
    ['*.jsonl', 'a/b/c.jsonl'],
    ['-home-me-work-*', '-home-me-work-shop/a.jsonl'],
    ['-home-me-work-*', '-home-me-work-shop/s/subagents/agent-1.jsonl'],
    ['subagents', 'p/s/subagents/agent-1.jsonl'],
    ['subagents/', 'p/s/subagents/agent-1.jsonl'],
    ['**/subagents', 'p/s/subagents/agent-1.jsonl'],
    ['**/subagents/**', 'p/s/subagents/workflows/w/agent-1.jsonl'],
    ['**/agent-*.jsonl', 'agent-1.jsonl'],
    ['p/**/x.jsonl', 'p/x.jsonl'],
    ['p/**/x.jsonl', 'p/a/b/x.jsonl'],
    ['p/**/q/**/x.jsonl', 'p/q/a/q/b/x.jsonl'],
    ['p/*.jsonl', 'p/x.jsonl'],
    ['/p/*.jsonl', 'p/x.jsonl'],
    ['./p', 'p/x.jsonl'],
    ['p?/x.jsonl', 'p1/x.jsonl'],
    ['p?/x.jsonl', 'p😀/x.jsonl'],
    ['{a,b}/x.jsonl', 'b/x.jsonl'],
    ['{a/b,c}/*.jsonl', 'a/b/x.jsonl'],
    ['a{1,2{3,4}}.jsonl', 'a24.jsonl'],
    ['a{,b}.jsonl', 'a.jsonl'],
    ['[a-c]x.jsonl', 'bx.jsonl'],
    ['[!a-c]x.jsonl', 'dx.jsonl'],
    ['[^a-c]x.jsonl', 'dx.jsonl'],
    ['[]]x.jsonl', ']x.jsonl'],
    ['[*].jsonl', '*.jsonl'],
    ['a-[0-9-].jsonl', 'a--.jsonl'],
    ['.hidden', '.hidden/x.jsonl'],
    ['a*b*c.jsonl', 'aXbYbZc.jsonl'],
    ['**', 'a/b.jsonl'],
    ['a[.jsonl', 'a[.jsonl'],
    ['a{b.jsonl', 'a{b.jsonl'],
    ['a{b}c.jsonl', 'a{b}c.jsonl'],
    ['{x{b,c}.jsonl', '{xb.jsonl'],
    ['a.b', 'a.b/x.jsonl'],
  ])('%s takes %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  it.each([
    ['*.jsonl', 'a.json'],
    ['-home-me', '-home-me-work/a.jsonl'],
    ['p/*.jsonl', 'p/q/x.jsonl'],
    ['p/*.jsonl', 'q/p/x.jsonl'],
    ['/x.jsonl', 'p/x.jsonl'],
    ['p/**', 'p'],
    ['p/**/x.jsonl', 'q/x.jsonl'],
    ['p?/x.jsonl', 'p/x.jsonl'],
    ['p?x.jsonl', 'p/x.jsonl'],
    ['{a,b}/x.jsonl', 'c/x.jsonl'],
    ['[!a-c]x.jsonl', 'ax.jsonl'],
    ['A*', 'a.jsonl'],
    ['a.b', 'axb/x.jsonl'],
    ['[*].jsonl', 'a.jsonl'],
    ['a', ''],
  ])('%s leaves %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  it('takes every name as a pattern for itself when it holds no sign of a pattern', () => {
    const name = fc.stringMatching(/^[^*?[\]{}/,]+$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
        const path = parts.filter((part) => part !== '.').join('/');
        return path === '' || matches(path, path);
      }),
    );
  });

  it('answers at once for patterns that make a backtracking matcher hang', () => {
    expect(matches(`${'*a'.repeat(60)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(60)}b`, 'a/'.repeat(2000))).toBe(false);
  });

  it('refuses braces that multiply without end', () => {
    expect(() => compileGlob('{a,b}'.repeat(30))).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
