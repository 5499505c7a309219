import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

/** Scheme and host of the window's page. */
export const scheme = 'app';
export const appOrigin = `${scheme}://tokenhouse`;

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The file in `directory` that an address of our scheme means; null when it means nothing inside. */
export function fileOfAddress(address: string, directory: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (originOf(address) !== appOrigin) return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  if (/[\0\\:]/.test(path)) return null;
  const top = resolve(directory);
  const file = resolve(join(top, path.endsWith('/') ? `${path}index.html` : path));
  return file.startsWith(top + sep) ? file : null;
}

/** Answers a request of the page with a file of `directory`. */
export async function answerWithFile(request: Request, directory: string): Promise<Response> {
  const file = request.method === 'GET' ? fileOfAddress(request.url, directory) : null;
  if (file === null) return new Response('Not found', { status: 404 });
  try {
    const body = await readFile(file);
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      },
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return new Response('Not found', { status: 404 });
  }
}

/** Origin of an address, also of our own scheme, for which `URL.origin` is `"null"` in Node. */
export function originOf(address: string): string {
  if (!URL.canParse(address)) return 'null';
  const { protocol, host, origin } = new URL(address);
  return protocol === `${scheme}:` ? `${protocol}//${host}` : origin;
}

/** Sites that the system's browser may be asked to open. */
const knownHosts = new Set(['clickhouse.com', 'code.claude.com', 'docs.claude.com', 'github.com']);

/** Whether an address may be handed to the system's browser. */
export function isKnownSite(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, port } = new URL(address);
  return protocol === 'https:' && knownHosts.has(hostname) && `${username}${password}${port}` === '';
}
