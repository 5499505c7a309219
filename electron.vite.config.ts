import { defineConfig } from 'electron-vite';
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';

const here = import.meta.dirname;

/**
 * One build for four entries of plain Node code (window, command line, worker, embedded database) and two for the
 * window. Targets are explicit: electron-vite 6 does not know Electron 45, and the tests also run on Electron 33.
 */
export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      externalizeDeps: { include: ['electron', 'piscina', 'chdb', 'ffi-rs'] },
      rolldownOptions: {
        external: ['electron', 'piscina', 'chdb', /^chdb\//, 'ffi-rs'],
        input: {
          index: resolve(here, 'src/main/index.ts'),
          cli: resolve(here, 'src/cli/index.ts'),
          'extract.worker': resolve(here, 'src/engine/extract/extract.worker.ts'),
          'inspect.worker': resolve(here, 'src/engine/discover/inspect.worker.ts'),
          'verify.worker': resolve(here, 'src/engine/verify/verify.worker.ts'),
          'embedded-server': resolve(here, 'src/engine/embedded/server.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
      sourcemap: true,
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'src/renderer'),
    build: {
      target: 'chrome130',
      minify: true,
      rolldownOptions: { input: resolve(here, 'src/renderer/index.html') },
    },
    plugins: [react()],
  },
});
