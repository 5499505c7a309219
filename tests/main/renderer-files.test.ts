import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  answerWithFile,
  contentSecurityPolicy,
  fileOfAddress,
  isKnownSite,
  originOf,
} from '../../src/main/renderer-files.ts';
import { tempFolder, writeTree } from '../fixtures/temp-folder.ts';

describe('fileOfAddress', () => {
  const top = path.resolve('/app/out/renderer');

  it.each([
    ['app://tokenhouse/', 'index.html'],
    ['app://tokenhouse/index.html#migrate', 'index.html'],
    ['app://tokenhouse/assets/index-1.js?x=1', 'assets/index-1.js'],
    ['app://tokenhouse/assets/a%20b.css', 'assets/a b.css'],
    ['app://tokenhouse/a/../index.html', 'index.html'],
  ])('%s means %s', (address, file) => {
    expect(fileOfAddress(address, top)).toBe(path.join(top, file));
  });

  it.each(['app://tokenhouse/../../main/index.js', 'app://tokenhouse/%2e%2e/%2e%2e/main/index.js'])(
    '%s stays inside',
    (address) => {
      const file = fileOfAddress(address, top);
      expect(file === null || file.startsWith(top + path.sep)).toBe(true);
    },
  );

  it.each([
    'app://tokenhouse/..%2f..%2fmain%2findex.js',
    'app://tokenhouse/..%2frenderer-secrets%2fa',
    'app://tokenhouse/..%5c..%5cmain',
    'app://tokenhouse/a%00.js',
    'app://tokenhouse/C%3a/windows',
    'app://tokenhouse/%ff',
    'app://other/index.html',
    'app://tokenhouse:8080/index.html',
    'file:///etc/passwd',
    'https://tokenhouse/index.html',
    'not an address',
  ])('%s means nothing', (address) => {
    expect(fileOfAddress(address, top)).toBeNull();
  });
});

describe('answerWithFile', () => {
  it('answers a file with its type and the content security policy', async () => {
    const folder = await writeTree(await tempFolder(), { 'renderer/index.html': '<h1>', 'secret.txt': 's' });
    const answer = await answerWithFile(new Request('app://tokenhouse/'), path.join(folder, 'renderer'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<h1>');
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  });

  it.each([
    ['a file that is not there', 'app://tokenhouse/nothing.js', 'GET'],
    ['a folder', 'app://tokenhouse/assets', 'GET'],
    ['a file outside', 'app://tokenhouse/..%2fsecret.txt', 'GET'],
    ['anything but GET', 'app://tokenhouse/index.html', 'POST'],
  ])('answers 404 to %s', async (_what, address, method) => {
    const folder = await writeTree(await tempFolder(), {
      'renderer/index.html': '<h1>',
      'renderer/assets/a.js': '1',
      'secret.txt': 's',
    });
    const request = new Request(address, { method });
    expect((await answerWithFile(request, path.join(folder, 'renderer'))).status).toBe(404);
  });

  it('allows scripts from the application only', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'; script-src 'self';");
    expect(contentSecurityPolicy).not.toContain('unsafe-eval');
  });
});

describe('originOf', () => {
  it.each([
    ['app://tokenhouse/index.html#x', 'app://tokenhouse'],
    ['app://tokenhouse.example/', 'app://tokenhouse.example'],
    ['http://localhost:5173/a', 'http://localhost:5173'],
    ['file:///etc/passwd', 'null'],
    ['about:blank', 'null'],
    ['', 'null'],
  ])('%s is of %s', (address, origin) => {
    expect(originOf(address)).toBe(origin);
  });
});

describe('isKnownSite', () => {
  it.each(['https://clickhouse.com/docs', 'https://github.com/a/b'])('%s may be opened', (address) => {
    expect(isKnownSite(address)).toBe(true);
  });

  it.each([
    'http://clickhouse.com/docs',
    'https://clickhouse.com.example.org/',
    'https://example.org/?https://clickhouse.com',
    'https://clickhouse.com@example.org/',
    'https://me@clickhouse.com/',
    'https://clickhouse.com:8443/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://server/share',
    'no address',
  ])('%s may not', (address) => {
    expect(isKnownSite(address)).toBe(false);
  });
});
