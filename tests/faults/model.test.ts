import * as fc from 'fast-check';
import { afterEach, describe, it } from 'vitest';
import { isLong, seed } from './extent.ts';
import { createFile, historyCommands, type FilesModel } from './history-commands.ts';
import { ModelledHistory } from './modelled-history.ts';
import { expectExact } from './oracle.ts';
import { makeProxyScene, siblingScene } from './scene.ts';

const server = await makeProxyScene();
let number = 0;

afterEach(() => server.proxy.clear());

const runs = isLong ? 300 : 10;

describe(`whatever happens to files, runs and the database (seed ${seed})`, () => {
  it(`model: ${runs} histories of changes, runs, kills and lost answers are stored exactly`, async () => {
    // As many commands as there may be: a history of three has nothing to go wrong.
    const histories = fc.commands(historyCommands, { maxCommands: isLong ? 20 : 12, size: 'max' });
    await fc.assert(
      fc.asyncProperty(histories, async (commands) => {
        server.proxy.clear();
        await server.database.revive();
        const history = new ModelledHistory(await siblingScene(server, `model_${++number}`));
        const model: FilesModel = new Map();
        for (const name of ['a', 'b', 'c']) await createFile(model, history, name, 6);
        await history.runAndCompare(1000);
        await fc.asyncModelRun(() => ({ model, real: history }), commands);
        await history.runAndCompare(1000);
        await expectExact(history.scene);
        // Hundreds of databases would be more than the server may open.
        await history.scene.command(`DROP DATABASE model_${number} SYNC`);
      }),
      {
        numRuns: runs,
        seed,
        interruptAfterTimeLimit: isLong ? 3_400_000 : 150_000,
        markInterruptAsFailure: true,
      },
    );
  });
});
