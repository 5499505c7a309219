import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

/**
 * Unpacks some files of a zip archive, with their permissions.
 *
 * @param {string} archive
 * @param {(name: string) => string | undefined} placeFor where to write a file; undefined leaves it out
 */
export async function unzip(archive, placeFor) {
  const zip = await open(archive);
  try {
    for (const entry of await entriesOf(zip)) {
      const file = placeFor(entry.fileName);
      if (file === undefined) continue;
      await mkdir(dirname(file), { recursive: true });
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      await pipeline(await read(zip, entry), createWriteStream(file, { mode }));
    }
  } finally {
    zip.close();
  }
}

/** @param {string} archive @returns {Promise<import('yauzl').ZipFile>} */
function open(archive) {
  return new Promise((resolve, reject) => {
    yauzl.open(archive, { autoClose: false }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

/** @param {import('yauzl').ZipFile} zip @returns {Promise<import('yauzl').Entry[]>} */
function entriesOf(zip) {
  return new Promise((resolve, reject) => {
    /** @type {import('yauzl').Entry[]} */
    const entries = [];
    zip.on('entry', (entry) => entries.push(entry));
    zip.once('end', () => resolve(entries)).once('error', reject);
  });
}

/** @param {import('yauzl').ZipFile} zip @param {import('yauzl').Entry} entry @returns {Promise<import('node:stream').Readable>} */
function read(zip, entry) {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, content) => (error ? reject(error) : resolve(content)));
  });
}
