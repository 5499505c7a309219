import { expect, it } from 'vitest';
import { makeScene } from './scene.ts';
import { changeHarmlessly, fileSabotages } from './sabotage/files-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';

await testSabotage(fileSabotages);

it('finds nothing when files grow and are touched', async () => {
  const scene = await makeScene();
  await changeHarmlessly(scene);
  const { result, findings, files } = await scene.verify();
  expect(findings).toEqual([]);
  expect(result).toBe('passed');
  expect(files.grown).toBe(2);
});
