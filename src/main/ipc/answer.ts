import * as z from 'zod';
import type { Log } from '../../engine/log.ts';
import { requestNames, type Requests } from '../../shared/contract.ts';
import { AppError, toFailure, type Outcome } from '../../shared/failure.ts';
import { inputs, type Input, type RequestName } from './inputs.ts';

/** What answers each request. Throwing is fine: an `AppError` is a failure, anything else a bug. */
export type Answers = {
  readonly [Name in RequestName]: (
    input: Input<Name>,
  ) => ReturnType<Requests[Name]> | Promise<ReturnType<Requests[Name]>>;
};

/** The parts of Electron's `IpcMainInvokeEvent` that tell who asks. */
export interface Asker {
  /** Null once the frame has navigated or is gone. */
  readonly senderFrame: { readonly origin: string; readonly parent: unknown } | null;
}

/** The part of Electron's `ipcMain` that registers answers. */
export interface Ipc {
  handle(channel: string, answer: (event: Asker, ...input: unknown[]) => Promise<unknown>): void;
}

export interface AnswerOptions {
  readonly ipc: Ipc;
  readonly answers: Answers;
  /** Origin of our own page; every other one is refused. */
  readonly origin: string;
  readonly log: Log;
}

/** Registers every request of the contract once. Whatever happens, the window gets an `Outcome`. */
export function answerRequests(options: AnswerOptions): void {
  for (const name of requestNames) register(name, options);
}

function register(name: RequestName, { ipc, answers, origin, log }: AnswerOptions): void {
  // `Answers` ties each answer to the output of its own schema; for a name in general that can't be said.
  const answer = answers[name] as (input: unknown) => unknown;
  ipc.handle(name, async (event, ...input): Promise<Outcome<unknown>> => {
    try {
      requireOwnPage(event, origin);
      return { ok: true, value: await answer(validate(inputs[name], name, input)) };
    } catch (error) {
      const failure = toFailure(error);
      const fields = { request: name, code: failure.code, error };
      if (failure.code === 'unexpected') log.error('A request failed unexpectedly', fields);
      else log.warn('A request was not fulfilled', { ...fields, error: failure.message });
      return { ok: false, failure };
    }
  });
}

/** Reading a frame that is gone throws; the caller turns that into a failure as well. */
function requireOwnPage(event: Asker, origin: string): void {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null || frame.origin !== origin) {
    throw new AppError('invalid-input', 'Only the application’s own window may ask this.', {
      detail: `asked by ${frame?.origin ?? 'a frame that is gone'}`,
    });
  }
}

function validate(schema: z.ZodType, name: string, input: readonly unknown[]): unknown {
  const parsed = schema.safeParse(input[0]);
  if (parsed.success && input.length <= 1) return parsed.data;
  throw new AppError('invalid-input', `The window asked for ${name} with something it does not accept.`, {
    detail: parsed.success ? `${input.length} arguments instead of one` : z.prettifyError(parsed.error),
  });
}
