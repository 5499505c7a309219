import { statfs } from 'node:fs/promises';
import { fsErrorCode } from '../discover/describe-fs-error.ts';

/** `f_type` of statfs(2) on Linux. Of file systems in user space only those over a network announce nothing, but they all look alike. */
const networkTypes = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x786f4256, 'VirtualBox shared folder'],
]);

/**
 * The kind of network file system a folder is on, or null. There, what another computer writes is announced to nobody.
 *
 * Known on Linux by the type of the file system (9P is a Windows drive in WSL), on Windows by a path that begins with
 * `\\`. On macOS, and for drives in user space (sshfs), it can't be told.
 */
export async function networkOf(folder: string, platform = process.platform): Promise<string | null> {
  if (platform === 'win32') return /^[\\/]{2}[^\\/?.]/.test(folder) ? 'network' : null;
  if (platform !== 'linux') return null;
  try {
    const { type } = await statfs(folder, { bigint: true });
    return networkTypes.get(Number(type & 0xffffffffn)) ?? null;
  } catch (error) {
    if (fsErrorCode(error) === '') throw error;
    return null;
  }
}
