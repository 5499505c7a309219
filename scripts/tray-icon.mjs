import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { projectRoot } from './project.mjs';

// Draws resources/tray.png: three columns under a roof, in the accent colour. `node scripts/tray-icon.mjs` writes it anew.

const size = 44;
const colour = [0x55, 0x86, 0xce];
/** Smoothness of slanted edges: samples per pixel and direction. */
const samples = 4;

/** Whether a point of the unit square is inked. @param {number} x @param {number} y */
function isInked(x, y) {
  if (y > 0.1 && y < 0.4) return Math.abs(x - 0.5) < (y - 0.1) * 1.45;
  if (y > 0.46 && y < 0.78) return [0.2, 0.5, 0.8].some((column) => Math.abs(x - column) < 0.085);
  return y > 0.83 && y < 0.93 && x > 0.06 && x < 0.94;
}

/** @param {number} column @param {number} row @returns {number} 0 to 255 */
function opacity(column, row) {
  let inked = 0;
  for (let i = 0; i < samples * samples; i += 1) {
    const x = (column + ((i % samples) + 0.5) / samples) / size;
    const y = (row + (Math.floor(i / samples) + 0.5) / samples) / size;
    if (isInked(x, y)) inked += 1;
  }
  return Math.round((inked * 255) / (samples * samples));
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6], 8); // eight bits, RGBA
const rows = Array.from({ length: size }, (_, row) =>
  Buffer.from([0, ...Array.from({ length: size }, (_, column) => [...colour, opacity(column, row)]).flat()]),
);
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const pixels = deflateSync(Buffer.concat(rows), { level: 9 });
const png = [signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
writeFileSync(join(projectRoot, 'resources', 'tray.png'), Buffer.concat(png));
