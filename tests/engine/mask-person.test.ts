import { describe, expect, it } from 'vitest';
import { maskPerson } from '../../src/engine/mask-person.ts';

const jane = { home: '/home/jane.doe', user: 'jane.doe' };
const windows = { home: 'C:\\Users\\Jane Doe', user: 'Jane Doe' };

describe('maskPerson', () => {
  it.each([
    ['/home/jane.doe/.claude/projects', '~/.claude/projects'],
    ['/home/jane.doe', '~'],
    ['~/.claude/projects/-home-jane-doe-work-shop/a.jsonl', '~/.claude/projects/-~-work-shop/a.jsonl'],
    ['/home/jane.doery/x', '/home/***/x'],
    ['/home/bob/x and /Users/carol', '/home/***/x and /Users/***'],
    ['-home-bob-work and -Users-carol-work', '-home-***-work and -Users-***-work'],
    ['/mnt/old/home/bob/x', '/mnt/old/home/***/x'],
    ['jane.doe@laptop', '***@laptop'],
    ['{"cwd":"/home/bob","x":1}', '{"cwd":"/home/***","x":1}'],
    ['at byte 3 of 400', 'at byte 3 of 400'],
  ])('%s', (text, masked) => expect(maskPerson(text, jane)).toBe(masked));

  it.each([
    ['C:\\Users\\Jane Doe\\AppData', '~\\AppData'],
    ['{"dir":"C:\\\\Users\\\\Jane Doe\\\\AppData"}', '{"dir":"~\\\\AppData"}'],
    ['C:/Users/Jane Doe/AppData', '~/AppData'],
    ['d:\\Users\\Bob Smith\\x', 'd:\\Users\\***\\x'],
    ['projects\\C--Users-Jane-Doe-work', 'projects\\-~-work'],
    ['C--Users-Bob-work', 'C--Users-***-work'],
  ])('on Windows: %s', (text, masked) => expect(maskPerson(text, windows)).toBe(masked));

  it('leaves names that everybody has', () => {
    expect(maskPerson('model claude-opus in /root/.claude', { home: '/root', user: 'claude' })).toBe(
      'model claude-opus in ~/.claude',
    );
  });
});
