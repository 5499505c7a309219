import { ensureBuilt } from './build.mjs';
import { ensureElectron, usesFallback } from './electron-runtime.mjs';
import { launch } from './launch.mjs';
import { projectRoot, runScript, say } from './project.mjs';
import { sandboxArguments } from './sandbox.mjs';

// npm start: opens the application, after whatever this machine still lacks has been set up.
await runScript(async () => {
  const electron = await ensureElectron();
  await ensureBuilt();
  if (usesFallback()) say('Running on the fallback Electron from the npm registry.');
  return launch(electron, [projectRoot, ...(await sandboxArguments(electron)), ...process.argv.slice(2)]);
});
