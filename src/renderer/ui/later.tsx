import { useDeferredValue, type ReactNode } from 'react';

/** Draws what is further down a moment after the rest: a whole screen at once holds up the window. */
export function Later({ children }: { readonly children: ReactNode }) {
  return useDeferredValue(true, false) ? children : null;
}
