import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const projectRoot = resolve(import.meta.dirname, '..', '..');

/** A copy of the layout and its rules, in which one source file does what it must not. */
const copy = mkdtempSync(join(tmpdir(), 'tokenhouse-boundaries-'));
for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json']) {
  cpSync(join(projectRoot, file), join(copy, file));
}
for (const side of ['shared', 'engine', 'cli', 'preload', 'main', 'renderer']) {
  cpSync(join(projectRoot, 'src', side, 'tsconfig.json'), join(copy, 'src', side, 'tsconfig.json'));
}
symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the compiler and the linter say of the file. */
function check(side: string, source: string): { compiler: string; linter: string } {
  const file = join(copy, 'src', side, 'offender.ts');
  const helpers = ['shared', 'main', 'engine'].map((other) => join(copy, 'src', other, 'word.ts'));
  for (const helper of helpers) {
    mkdirSync(dirname(helper), { recursive: true });
    writeFileSync(helper, 'export const word: string = "word";\nexport type Word = string;\n');
  }
  writeFileSync(file, source);
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(join(projectRoot, 'node_modules', '.bin', command), args, {
      cwd: copy,
      encoding: 'utf8',
    });
    return status === 0 ? '' : `${stdout}${stderr}`;
  };
  const answer = {
    compiler: run(
      'tsc',
      '-p',
      join('src', side),
      '--composite',
      'false',
      '--incremental',
      'false',
      '--noEmit',
      '--emitDeclarationOnly',
      'false',
    ),
    linter: run('oxlint', file),
  };
  rmSync(file);
  return answer;
}

describe('boundaries between the parts', () => {
  it('let an honest file pass', () => {
    const { linter } = check(
      'engine',
      "import { join } from 'node:path';\n\nexport const place = join('a', 'b');\n",
    );
    expect(linter).toBe('');
  });

  it.each([
    ['the engine', 'engine'],
    ['the command line', 'cli'],
    ['the shared words', 'shared'],
  ])('keep Electron out of %s', (_, side) => {
    const { linter } = check(side, "import { app } from 'electron';\n\nexport const name = app.name;\n");
    expect(linter).toContain('no-restricted-imports');
  });

  it('keep Node out of the renderer', () => {
    const { compiler, linter } = check(
      'renderer',
      "import { readFileSync } from 'node:fs';\n\nexport const read = readFileSync;\n",
    );
    expect(compiler).toContain('TS2');
    expect(linter).toContain('no-restricted-imports');
  });

  it('keep Node out of the shared words', () => {
    const { compiler } = check(
      'shared',
      "import { readFileSync } from 'node:fs';\n\nexport const read = readFileSync;\n",
    );
    expect(compiler).toContain('TS2');
  });

  it.each([
    [
      'main out of the renderer, even its types',
      'renderer',
      "import type { Word } from '../main/word.ts';\n\nexport const w: Word = 'x';\n",
    ],
    [
      'the engine out of the renderer',
      'renderer',
      "import { word } from '../engine/word.ts';\n\nexport const w = word;\n",
    ],
    [
      'main out of the engine',
      'engine',
      "import { word } from '../main/word.ts';\n\nexport const w = word;\n",
    ],
    [
      'main out of the shared words',
      'shared',
      "import type { Word } from '../main/word.ts';\n\nexport const w: Word = 'x';\n",
    ],
  ])('keep %s', (_, side, source) => {
    const { compiler } = check(side, source);
    expect(compiler).toMatch(/TS6059|TS6307|TS6305/);
  });

  it('keep zod out of the preload script', () => {
    const { linter } = check('preload', "import * as z from 'zod';\n\nexport const text = z.string();\n");
    expect(linter).toContain('no-restricted-imports');
  });
});
