import { IconShieldQuestion } from '@tabler/icons-react';
import { VerifyOptions } from './verify-options.tsx';

/** Before the first one: what it does, and how thorough it shall be. */
export function FirstVerification() {
  return (
    <>
      <section className="result__head" aria-label="Result">
        <IconShieldQuestion size={24} aria-hidden className="tone-quiet" />
        <div>
          <h2 className="verdict__title">Never verified</h2>
          <p className="verdict__text">{whatItDoes}</p>
        </div>
      </section>
      <VerifyOptions />
      <p className="section__note">
        The report of each verification will be here: a verdict with the sums it comes from, what was found
        and what mends it, and every file side by side with the database.
      </p>
    </>
  );
}

export const whatItDoes =
  'A verification reads every transcript again, without anything of the import, and compares lines, bytes, checksums and token totals with what ClickHouse adds up on its side. Nothing is changed, neither on disk nor in the database.';
