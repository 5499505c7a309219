import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reproduce } from '../../../../src/engine/verify/report/reproduce.ts';
import type { VerificationReport } from '../../../../src/shared/verification.ts';
import { passedReport, wantingReport } from '../../../fixtures/verification-reports.ts';

/** The words that bash makes of a command line. */
function wordsOf(command: string): string[] {
  const text = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return text.split('\0').slice(0, -1);
}

function commandsOf(report: VerificationReport): string[][] {
  return reproduce(report).map(({ command }) => wordsOf(command));
}

describe('how to reproduce', () => {
  it('names the data folder of an embedded database, folders and options', () => {
    const report = {
      ...passedReport(),
      options: { sources: ['/a', '/b c'], sampleSize: 'all', tolerance: 0.01 },
    };
    const [verify] = commandsOf(report as VerificationReport);
    expect(verify?.join('|')).toBe(
      'tokenhouse|verify|--data-dir|/home/jane.doe/.config/Tokenhouse|--source|/a|--source|/b c|--sample-size|all|--tolerance|0.01|--output|verification.html',
    );
  });

  it('names the address of a server and its database, and reads no file through it', () => {
    const report = passedReport();
    const destination = 'ClickHouse 26.7.1.1 at ch.example.com:8443, database mine';
    const commands = commandsOf({ ...report, environment: { ...report.environment, destination } });
    expect(commands[0]?.slice(2, 6)).toEqual(['--url', 'https://ch.example.com:8443', '--database', 'mine']);
    expect(commands.flat().join(' ')).not.toContain('LineAsString');
  });

  it('takes a file that differs as its example', () => {
    const report = wantingReport();
    const first = report.perFile.find(({ verdict }) => verdict === 'differs');
    expect(commandsOf(report).at(-1)?.join(' ')).toContain(first?.file);
  });

  it.each([
    "it's",
    'a "b" $HOME `id` !x \\n',
    'new\nline',
    '$(touch /tmp/x)',
    'tab\tand\u001bescape',
    '; rm -rf *',
  ])('gives %j to the shell as one word', (name) => {
    const options = { sources: [name], sampleSize: 10, tolerance: 0 };
    expect(commandsOf({ ...passedReport(), options })[0]?.[5]).toBe(name);
  });

  it.each(["it's", 'back\\slash', "\\'; DROP TABLE lines --", 'new\nline'])(
    'gives %j to SQL as one text',
    (name) => {
      const report = passedReport();
      const [file] = report.perFile;
      const query = commandsOf({ ...report, perFile: [{ ...file!, file: name }] })[2]?.[4] ?? '';
      const literal = /AND file = '((?:[^'\\]|\\.)*)' AND generation/s.exec(query)?.[1] ?? '';
      expect(literal.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))).toBe(name);
    },
  );
});
