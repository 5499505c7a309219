import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** A user's hold on a running server: it stays up at least until this is given back. */
export interface Lease {
  readonly pid: number;
  readonly version: string;
  readonly isHeld: () => boolean;
  /** Resolves when the server ended the lease, and when it was given back. */
  readonly ended: Promise<void>;
  readonly giveBack: () => void;
}

/** Takes a lease; undefined when no server listens there, or one that is shutting down. */
export async function takeLease(socketPath: string): Promise<Lease | undefined> {
  const asking = request({ socketPath, path: '/lease', agent: false });
  asking.end();
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) {
      asking.destroy();
      return undefined;
    }
    return await readLease(response);
  } catch (error) {
    if (isNobodyThere(error)) return undefined;
    throw error;
  }
}

async function readLease(response: IncomingMessage): Promise<Lease> {
  const [line] = (await once(response, 'data')) as [Buffer];
  const about = JSON.parse(line.toString()) as { pid: number; version: string };
  // A command line that has finished must not be kept alive by its lease.
  response.socket.unref();
  let isHeld = true;
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      isHeld = false;
      resolve();
    });
  });
  response.on('error', () => undefined);
  response.resume();
  return { ...about, isHeld: () => isHeld, ended, giveBack: () => response.destroy() };
}

const nobodyThere = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

function isNobodyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && nobodyThere.has(String(error.code));
}
