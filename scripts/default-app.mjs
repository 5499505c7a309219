import { app } from 'electron';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The default app of the fallback runtime: loads the application whose folder or file is the first plain argument,
// after the modules of `-r FILE`, as Electron's own default app does. Playwright starts applications this way.

const { application, preloads } = readArguments(process.argv.slice(1));
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const require = createRequire(import.meta.url);
for (const file of preloads) require(resolve(file));
try {
  // Awaited here at the top: Electron becomes ready when its entry has loaded, so not before the application has.
  await load(resolve(application));
} catch (error) {
  console.error(error);
  process.exit(1);
}

/** @param {readonly string[]} args */
function readArguments(args) {
  /** @type {string[]} */
  const files = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-r' || arg === '--require') files.push(rest.shift() ?? '');
    else if (!arg.startsWith('-')) return { application: arg, preloads: files };
  }
  return { application: '.', preloads: files };
}

/** @param {string} path of a folder with a package.json, or of a file */
async function load(path) {
  const manifest = join(path, 'package.json');
  if (existsSync(manifest)) {
    const { desktopName, name, productName, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    // @ts-expect-error: not public, but this is what it is for
    if (version) app.setVersion(version);
    if (productName ?? name) app.setName(productName ?? name);
    app.setDesktopName(desktopName ?? `${app.getName()}.desktop`);
  }
  const entry = require.resolve(path);
  // @ts-expect-error: as above
  app.setAppPath(existsSync(manifest) ? path : dirname(entry));
  await import(pathToFileURL(entry).href);
}
