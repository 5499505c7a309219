import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import xxhash from 'xxhash-wasm';
import { evidenceView } from './import-query.ts';
import { naiveRow } from './naive-row.ts';
import { runProgram, type ImportTask } from './program.ts';

const batchRows = 5000;

// What one writes first: readline, JSON.parse, objects, and the client's own insert.
await runProgram(async ({ client }, { source, level }: ImportTask) => {
  const hasher = await xxhash();
  await client.command({ query: evidenceView });
  let batch: object[] = [];
  const insert = async (): Promise<void> => {
    await client.insert({ table: 'lines', values: batch, format: 'JSONEachRow' });
    batch = [];
  };
  for (const path of await transcriptsIn(source)) {
    let offset = 0;
    const place = { root: source, file: relative(source, path) };
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const length = Buffer.byteLength(line);
      batch.push({ ...naiveRow(line, level), ...place, offset, length, hash: hasher.h64(line).toString() });
      offset += length + 1;
      if (batch.length === batchRows) await insert();
    }
  }
  if (batch.length > 0) await insert();
});

async function transcriptsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}
