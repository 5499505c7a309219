import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import type { VerificationChoice } from '../shared/contract.ts';
import type { DiscoveryFilters } from '../shared/discovery.ts';
import type { RunOptionsInput } from '../shared/run.ts';

export const noFilters: DiscoveryFilters = { order: 'newest' };

/** What a person chose on one screen and another one uses. Lives as long as the window. */
export interface Choices {
  readonly filters: DiscoveryFilters;
  readonly setFilters: (filters: DiscoveryFilters) => void;
  /** Of the next run, without the filters. */
  readonly options: RunOptionsInput;
  readonly setOptions: (options: RunOptionsInput) => void;
  /** Of the next verification. */
  readonly verification: VerificationChoice;
  readonly setVerification: (choice: VerificationChoice) => void;
}

const ChoicesContext = createContext<Choices | null>(null);

export function ChoicesProvider({ children }: { readonly children: ReactNode }) {
  const [filters, setFilters] = useState(noFilters);
  const [options, setOptions] = useState<RunOptionsInput>({});
  const [verification, setVerification] = useState<VerificationChoice>({});
  const choices = useMemo(
    () => ({ filters, setFilters, options, setOptions, verification, setVerification }),
    [filters, options, verification],
  );
  return <ChoicesContext value={choices}>{children}</ChoicesContext>;
}

export function useChoices(): Choices {
  const choices = use(ChoicesContext);
  if (choices === null) throw new Error('useChoices needs a ChoicesProvider');
  return choices;
}
