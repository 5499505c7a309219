import { describe, expect, it } from 'vitest';
import {
  levelFor,
  privacyLevelTexts,
  privacyLevels,
  privacySettings,
  strictest,
} from '../../src/shared/privacy.ts';

const root = '/home/jane/.claude/projects';

function level(project: string, rules: readonly object[], fallback = 'full', from = root): string {
  return levelFor({ root: from, project }, privacySettings.parse({ default: fallback, rules }));
}

describe('levelFor', () => {
  it('is full when nothing is said', () => {
    expect(levelFor({ root, project: '/work/app' }, privacySettings.parse({}))).toBe('full');
  });

  it('takes the default where no rule applies', () => {
    expect(level('/work/app', [{ project: '/work/other', level: 'metadata' }], 'redacted')).toBe('redacted');
    expect(level('/work/app', [{ root: '/elsewhere', level: 'metadata' }], 'redacted')).toBe('redacted');
  });

  it('prefers a project to its root and a root to the default, in both directions', () => {
    const rules = [
      { root, level: 'metadata' },
      { project: '/work/open', level: 'full' },
    ];
    expect(level('/work/open', rules, 'redacted')).toBe('full');
    expect(level('/work/app', rules, 'redacted')).toBe('metadata');
    expect(level('/work/app', rules, 'redacted', '/other')).toBe('redacted');
  });

  it('holds for the folders in a project, but not for a neighbour with a longer name', () => {
    const rules = [{ project: '/work/app', level: 'metadata' }];
    expect(level('/work/app/packages/a', rules)).toBe('metadata');
    expect(level('/work/application', rules)).toBe('full');
    expect(level('/work', rules)).toBe('full');
  });

  it('prefers the longer path, and a project within a root to all others', () => {
    const rules = [
      { project: '/work', level: 'metadata' },
      { project: '/work/app/docs', level: 'full' },
      { project: '/work/app', level: 'redacted' },
    ];
    expect(level('/work/app/docs', rules)).toBe('full');
    expect(level('/work/app', rules)).toBe('redacted');
    expect(level('/work/x', rules)).toBe('metadata');
    expect(level('/work/app/docs', [...rules, { root, project: '/work', level: 'metadata' }])).toBe(
      'metadata',
    );
  });

  it('takes the strictest of equally specific rules, whatever their order', () => {
    const rules = [
      { project: '/work/app', level: 'redacted' },
      { project: '/work/app/', level: 'metadata' },
      { project: '/work/app', level: 'full' },
    ];
    expect(level('/work/app', rules)).toBe('metadata');
    expect(level('/work/app', rules.toReversed())).toBe('metadata');
  });

  it('knows the ways Windows writes a path', () => {
    const rules = [{ project: 'C:\\Users\\Jane\\app', level: 'metadata' }];
    expect(level('c:/users/jane/app', rules)).toBe('metadata');
    expect(level('C:\\Users\\Jane\\app\\src\\', rules)).toBe('metadata');
  });

  it('takes a root with or without its last slash', () => {
    expect(level('/x', [{ root: `${root}/`, level: 'redacted' }])).toBe('redacted');
    expect(level('/x', [{ project: '/', level: 'redacted' }])).toBe('redacted');
  });

  it('knows a project by the name of its folder, but only to be stricter', () => {
    const strict = [{ project: '/work/my.app', level: 'metadata' }];
    expect(level('-work-my-app', strict)).toBe('metadata');
    expect(level('-work-my-app-src', strict)).toBe('metadata');
    expect(level('-work-mine', strict)).toBe('full');
    expect(level('-work-my-app', [{ project: '/work/my.app', level: 'full' }], 'redacted')).toBe('redacted');
  });
});

describe('settings', () => {
  it('refuses a rule for nothing, an unknown level and an unknown word', () => {
    expect(privacySettings.safeParse({ rules: [{ level: 'full' }] }).success).toBe(false);
    expect(privacySettings.safeParse({ rules: [{ root, level: 'secret' }] }).success).toBe(false);
    expect(privacySettings.safeParse({ rules: [{ root, level: 'full', file: 'x' }] }).success).toBe(false);
  });
});

it('orders the levels by strictness', () => {
  expect(strictest('full', 'redacted')).toBe('redacted');
  expect(strictest('metadata', 'redacted')).toBe('metadata');
  expect(strictest('full', 'full')).toBe('full');
});

it('says of every level what it stores and loses', () => {
  for (const one of privacyLevels) {
    expect(privacyLevelTexts[one].stores).toMatch(/\.$/);
    expect(privacyLevelTexts[one].loses).toMatch(/\.$/);
  }
  expect(privacyLevelTexts.redacted.loses).toMatch(/restored/);
  expect(privacyLevelTexts.metadata.loses).toMatch(/searched or restored/);
});
