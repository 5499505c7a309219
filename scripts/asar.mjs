/**
 * An asar archive of a few small text files: Electron loads its default app from one.
 *
 * The format: a pickled length of the header, the pickled header (JSON), the files end to end.
 *
 * @param {Readonly<Record<string, string>>} contents by file name, no folders
 * @returns {Buffer}
 */
export function packAsar(contents) {
  let offset = 0;
  /** @type {Record<string, { size: number, offset: string }>} */
  const files = {};
  const bodies = Object.entries(contents).map(([name, text]) => {
    const body = Buffer.from(text);
    files[name] = { size: body.length, offset: String(offset) };
    offset += body.length;
    return body;
  });
  const json = Buffer.from(JSON.stringify({ files }));
  const padding = Buffer.alloc(-json.length & 3);
  const header = Buffer.concat([
    uint32(4 + json.length + padding.length),
    uint32(json.length),
    json,
    padding,
  ]);
  return Buffer.concat([uint32(4), uint32(header.length), header, ...bodies]);
}

/** @param {number} value */
function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
