import { describe, expect, it } from 'vitest';
import { emptyProgress } from '../../src/shared/empty-run.ts';
import { createTrayPresence, type TrayMenu } from '../../src/main/tray-presence.ts';
import type { RunState } from '../../src/shared/run.ts';
import { settings as schema } from '../../src/shared/settings.ts';
import { memoryLog } from '../fakes/memory-log.ts';

const watching: RunState = {
  status: 'running',
  runId: 'r',
  progress: { ...emptyProgress, phase: 'watching' },
};

function setUp({ sync = true, tray = true, has = true, fails = false } = {}) {
  const world = { settings: schema.parse({ sync, tray }), state: watching };
  const menus: TrayMenu[] = [];
  const icons: string[] = [];
  const done: string[] = [];
  const log = memoryLog();
  const presence = createTrayPresence({
    settings: () => world.settings,
    runState: () => world.state,
    hasTray: () => Promise.resolve(has),
    makeIcon: () => {
      if (fails) throw new Error('There is no icon');
      icons.push('made');
      return { show: (menu) => menus.push(menu), destroy: () => icons.push('destroyed') };
    },
    onOpen: () => done.push('open'),
    onSync: (isOn) => done.push(`sync ${isOn}`),
    onQuit: () => done.push('quit'),
    log,
  });
  return { presence, world, menus, icons, done, log };
}

describe('createTrayPresence', () => {
  it('keeps the application with an icon that says what goes on', async () => {
    const { presence, menus, icons, done } = setUp();
    expect(await presence.stay()).toBe(true);
    expect(menus).toMatchObject([{ tooltip: 'Tokenhouse: in step', isSync: true }]);
    menus[0]?.onOpen();
    menus[0]?.onSync(false);
    menus[0]?.onQuit();
    expect(done).toEqual(['open', 'sync false', 'quit']);
    presence.leave();
    expect(icons).toEqual(['made', 'destroyed']);
  });

  it('says anew only what has changed', async () => {
    const { presence, world, menus } = setUp();
    presence.refresh();
    expect(menus).toEqual([]);
    await presence.stay();
    presence.refresh();
    expect(menus).toHaveLength(1);
    world.state = { ...watching, status: 'paused' };
    presence.refresh();
    world.settings = { ...world.settings, sync: false };
    world.state = { status: 'idle' };
    presence.refresh();
    expect(menus.map(({ tooltip, isSync }) => [tooltip, isSync])).toEqual([
      ['Tokenhouse: in step', true],
      ['Tokenhouse: paused', true],
      ['Tokenhouse: not keeping in step', false],
    ]);
  });

  it.each([
    ['when keeping in step is off', { sync: false }],
    ['when the tray is not wanted', { tray: false }],
    ['on a desktop without a tray', { has: false }],
    ['when the icon can’t be made', { fails: true }],
  ])('does not stay %s', async (_name, options) => {
    const { presence, icons } = setUp(options);
    expect(await presence.stay()).toBe(false);
    expect(icons).toEqual([]);
  });

  it('logs why it does not stay where it was wanted', async () => {
    const { presence, log } = setUp({ has: false });
    await presence.stay();
    expect(log.said).toMatchObject([{ level: 'warn' }]);
  });
});
