import { describe, expect, it } from 'vitest';
import { boundsFor, windowState, type Bounds } from '../../src/main/window-state.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1440, height: 875 };
const beside: Bounds = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('boundsFor', () => {
  it('is 1280x800 somewhere in the middle when nothing is remembered', () => {
    expect(boundsFor(undefined, [laptop])).toEqual({ width: 1280, height: 800 });
  });

  it('is where it was', () => {
    const saved = { x: 1500, y: 100, width: 1300, height: 900 };
    expect(boundsFor(saved, [laptop, beside])).toEqual(saved);
  });

  it('forgets a place on a screen that is gone, and keeps the size that fits', () => {
    const saved = { x: 1500, y: 100, width: 1300, height: 900 };
    expect(boundsFor(saved, [laptop])).toEqual({ width: 1300, height: 875 });
  });

  it.each<[string, Bounds]>([
    ['far left', { x: -1200, y: 100, width: 1280, height: 800 }],
    ['below', { x: 100, y: 890, width: 1280, height: 800 }],
    ['above', { x: 100, y: -300, width: 1280, height: 800 }],
  ])('comes back when its edge can’t be grasped: %s', (_where, saved) => {
    expect(boundsFor(saved, [laptop])).not.toHaveProperty('x');
  });

  it('stays where it is half outside but can be grasped', () => {
    const saved = { x: -600, y: 30, width: 1280, height: 800 };
    expect(boundsFor(saved, [laptop])).toEqual(saved);
  });

  it('is never smaller than the least size, nor larger than its screen', () => {
    expect(boundsFor({ x: 0, y: 25, width: 10, height: 10 }, [laptop])).toMatchObject({
      width: 1024,
      height: 700,
    });
    expect(boundsFor({ x: 0, y: 25, width: 9000, height: 9000 }, [laptop])).toMatchObject({
      width: 1440,
      height: 875,
    });
    expect(boundsFor(undefined, [{ x: 0, y: 0, width: 800, height: 600 }])).toEqual({
      width: 1024,
      height: 700,
    });
    expect(boundsFor(undefined, [])).toEqual({ width: 1280, height: 800 });
  });
});

describe('windowState', () => {
  it('takes what was saved and refuses nonsense', () => {
    expect(windowState.parse({})).toEqual({ isMaximized: false });
    expect(windowState.safeParse({ bounds: { x: 'left' } }).success).toBe(false);
  });
});
