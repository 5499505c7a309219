import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Where Linux keeps an id of the installation (machine-id(5)). */
const machineIdFiles = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * Name of this machine in the `source` column: host name and four bytes of a hash of the machine's id.
 *
 * The same for every user interface and data directory on the machine, so that the same file is never imported twice
 * under two names; different for two machines with the same host name where the system tells them apart.
 */
export async function sourceId(): Promise<string> {
  const host = hostname().toLowerCase();
  for (const file of machineIdFiles) {
    try {
      const id = (await readFile(file, 'utf8')).trim();
      if (id !== '')
        return `${host}-${createHash('sha256').update(`tokenhouse ${id}`).digest('hex').slice(0, 8)}`;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return host;
}
