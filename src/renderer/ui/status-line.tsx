import { createContext, use, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** The left part of the status bar, where the current screen may say one line. */
export const StatusSlot = createContext<HTMLElement | null>(null);

export function StatusLine({ children }: { readonly children: ReactNode }) {
  const slot = use(StatusSlot);
  return slot === null ? null : createPortal(children, slot);
}
