import * as z from 'zod';

const bounds = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });

/** Where the window was when it was last closed. */
export const windowState = z.object({ bounds: bounds.optional(), isMaximized: z.boolean().default(false) });
export type WindowState = z.infer<typeof windowState>;
export type Bounds = z.infer<typeof bounds>;

export const minSize = { width: 1024, height: 700 };
const usualSize = { width: 1280, height: 800 };

/** So much of the window's upper edge must be on a screen to be grasped. */
const graspable = { width: 200, height: 40 };

/**
 * Bounds for a window that can be seen and grasped: those it had, else the usual size in the middle of the first
 * screen, and never larger than its screen unless that is smaller than the least size.
 */
export function boundsFor(saved: Bounds | undefined, screens: readonly Bounds[]): Partial<Bounds> {
  const size = {
    width: Math.max(saved?.width ?? usualSize.width, minSize.width),
    height: Math.max(saved?.height ?? usualSize.height, minSize.height),
  };
  const screen = saved && screens.find((candidate) => isGraspable({ ...saved, ...size }, candidate));
  if (saved === undefined || screen === undefined) return fit(size, screens[0]);
  return { x: saved.x, y: saved.y, ...fit(size, screen) };
}

function isGraspable(window: Bounds, screen: Bounds): boolean {
  const seen = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const below = window.y >= screen.y && window.y + graspable.height <= screen.y + screen.height;
  return seen >= graspable.width && below;
}

function fit(
  size: { width: number; height: number },
  screen: Bounds | undefined,
): Pick<Bounds, 'width' | 'height'> {
  if (screen === undefined) return size;
  return {
    width: Math.max(Math.min(size.width, screen.width), minSize.width),
    height: Math.max(Math.min(size.height, screen.height), minSize.height),
  };
}
