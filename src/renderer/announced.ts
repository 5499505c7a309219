import { useSyncExternalStore } from 'react';
import type { Announcements } from '../shared/contract.ts';
import type { Failure } from '../shared/failure.ts';
import { failureOf } from './api.ts';

/** What is known of a thing that the main process announces: nothing yet, the newest snapshot, or why there is none. */
export type Known<T> =
  | { readonly status: 'asking' }
  | { readonly status: 'known'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

export interface Announced<T> {
  readonly read: () => Known<T>;
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes what a request answers, for example the settings after a change, unless an announcement overtook it. */
  readonly through: (answer: Promise<T>) => Promise<T>;
}

/**
 * Keeps the newest snapshot of something that main announces.
 *
 * A late or reloaded window listens first, then asks, and drops the answer when an announcement came meanwhile:
 * the answer may be older. Asks again when the last subscriber has left and a new one comes.
 */
export function announced<Name extends keyof Announcements>(
  name: Name,
  request: () => Promise<Announcements[Name]>,
): Announced<Announcements[Name]> {
  type T = Announcements[Name];
  let known: Known<T> = { status: 'asking' };
  let stop: (() => void) | null = null;
  let version = 0;
  const listeners = new Set<() => void>();

  function take(next: Known<T>) {
    version += 1;
    known = next;
    for (const listener of listeners) listener();
  }

  async function start() {
    stop = window.api.on(name, (value) => take({ status: 'known', value }));
    version += 1;
    const asked = version;
    const answer = await request().then(
      (value): Known<T> => ({ status: 'known', value }),
      (error: unknown): Known<T> => ({ status: 'failed', failure: failureOf(error) }),
    );
    if (version === asked) take(answer);
  }

  return {
    read: () => known,
    async through(answer) {
      const asked = version;
      const value = await answer;
      if (version === asked) take({ status: 'known', value });
      return value;
    },
    subscribe(listener) {
      listeners.add(listener);
      if (stop === null) void start();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || stop === null) return;
        stop();
        stop = null;
        version += 1;
        known = { status: 'asking' };
      };
    },
  };
}

export function useKnown<T>(store: Announced<T>): Known<T> {
  return useSyncExternalStore(store.subscribe, store.read);
}

/** The snapshot, or `otherwise` while there is none. */
export function useSnapshot<T, Otherwise>(store: Announced<T>, otherwise: Otherwise): T | Otherwise {
  const known = useKnown(store);
  return known.status === 'known' ? known.value : otherwise;
}

/**
 * A part of the snapshot, null while there is none. What changes around it draws nothing anew, so `part` answers a plain
 * value: a new object each time would count as a change.
 */
export function usePart<T, Part extends string | number | boolean | null>(
  store: Announced<T>,
  part: (value: T) => Part,
): Part | null {
  return useSyncExternalStore(store.subscribe, () => {
    const known = store.read();
    return known.status === 'known' ? part(known.value) : null;
  });
}
