import type { Announcements } from '../../shared/contract.ts';

type Name = keyof Announcements;

/** Tells the window something; says it later, or not at all, when there is no window. */
export type Announce = <Said extends Name>(name: Said, value: Announcements[Said]) => void;

/** The part of Electron's `WebContents` that is needed to tell it something. */
export interface Listener {
  isDestroyed(): boolean;
  send(channel: string, value: unknown): void;
}

/** Snapshots that change with every batch or file. */
const coalesced: ReadonlySet<Name> = new Set<Name>(['runChanged', 'discoveryChanged', 'verificationChanged']);
const pauseMs = 100;

/**
 * Sends to the window that `listener` answers, at most ten times per second for what changes all the time.
 *
 * The first is sent at once, of the following the latest wins, and the last one is always sent.
 */
export function createAnnounce(listener: () => Listener | null): Announce {
  /** A key means: sent less than a pause ago. A value waits for the end of the pause. */
  const waiting = new Map<Name, { value: unknown } | null>();

  function send(name: Name, value: unknown): void {
    const window = listener();
    if (window !== null && !window.isDestroyed()) window.send(name, value);
  }

  function sendAndPause(name: Name, value: unknown): void {
    send(name, value);
    waiting.set(name, null);
    setTimeout(() => {
      const latest = waiting.get(name) ?? null;
      waiting.delete(name);
      if (latest !== null) sendAndPause(name, latest.value);
    }, pauseMs).unref();
  }

  return (name, value) => {
    if (!coalesced.has(name)) send(name, value);
    else if (waiting.has(name)) waiting.set(name, { value });
    else sendAndPause(name, value);
  };
}
