import { expect, test } from 'vitest';
import { packAsar } from '../../scripts/asar.mjs';

interface Header {
  readonly files: Readonly<Record<string, { size: number; offset: string }>>;
}

/** Reads a file as Electron does: the sizes of the pickles lead to the header, the header to the file. */
function readFromAsar(archive: Buffer, name: string) {
  const headerSize = archive.readUInt32LE(4);
  const jsonSize = archive.readUInt32LE(12);
  const header: Header = JSON.parse(archive.toString('utf8', 16, 16 + jsonSize));
  const { offset, size } = header.files[name] ?? { offset: '0', size: 0 };
  const start = 8 + headerSize + Number(offset);
  return archive.toString('utf8', start, start + size);
}

test.each([{ a: 'one' }, { 'package.json': '{}', 'main.js': "'ä€😀'" }, { a: '', bb: 'two', ccc: 'three' }])(
  'every file of the archive can be read: %o',
  (contents) => {
    const archive = packAsar(contents);
    for (const [name, text] of Object.entries(contents)) expect(readFromAsar(archive, name)).toBe(text);
  },
);

test('the header is padded to a multiple of four', () => {
  for (const name of ['a', 'ab', 'abc', 'abcd']) expect(packAsar({ [name]: '' }).length % 4).toBe(0);
});
