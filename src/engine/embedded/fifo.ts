import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** A named pipe that the engine writes a result into. Its buffer is the back-pressure: the engine waits for readers. */
export interface Fifo {
  readonly path: string;
  readonly stream: Socket;
  /** The engine is done: the stream ends when it is read empty. */
  readonly closeWriter: () => void;
}

/**
 * Makes a named pipe in `directory` and opens it for reading.
 *
 * An own writing end stays open until `closeWriter`, so the stream neither ends before the engine has opened the
 * pipe nor waits for an engine that never does.
 */
export function openFifo(directory: string, makeFifo: (path: string) => boolean): Fifo {
  const path = join(directory, randomUUID());
  if (!makeFifo(path)) throw new Error(`Cannot make a named pipe in ${directory}`);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd: reader, readable: true, writable: false });
  let isOpen = true;
  const closeWriter = (): void => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(writer);
    rmSync(path, { force: true });
  };
  return { path, stream, closeWriter };
}
