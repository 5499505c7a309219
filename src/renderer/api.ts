import { requestNames, type Api, type Requests } from '../shared/contract.ts';
import { toFailure, type Failure, type Outcome } from '../shared/failure.ts';

declare global {
  interface Window {
    readonly api: Api;
  }
}

/** A request that was answered with a failure. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new RequestFailed(outcome.failure);
  return outcome.value;
}

type Ask = {
  readonly [Name in keyof Requests]: (
    ...argument: Parameters<Requests[Name]>
  ) => Promise<ReturnType<Requests[Name]>>;
};

/** Every request of the contract; rejects with {@link RequestFailed}. */
export const ask = Object.fromEntries(
  requestNames.map((name) => [
    name,
    async (...argument: readonly unknown[]) => {
      const request = window.api[name] as (...argument: readonly unknown[]) => Promise<Outcome<unknown>>;
      return unwrap(await request(...argument));
    },
  ]),
) as unknown as Ask;

/** The failure behind anything caught. */
export function failureOf(error: unknown): Failure {
  return error instanceof RequestFailed ? error.failure : toFailure(error);
}
