import { ensureElectron } from './electron-runtime.mjs';
import { launch } from './launch.mjs';
import { bin, runScript } from './project.mjs';
import { sandboxArguments } from './sandbox.mjs';

// npm run dev: the application with hot reload of the window.
await runScript(async () => {
  const sandbox = await sandboxArguments(await ensureElectron());
  const args = ['dev', ...(sandbox.length > 0 ? ['--noSandbox'] : []), ...process.argv.slice(2)];
  return launch(bin('electron-vite'), args);
});
