import { expect, it } from 'vitest';
import { makeScene, type Scene } from '../scene.ts';
import type { Sabotage } from './sabotage.ts';

/**
 * Does each damage to one scene, verifies, and puts it right again.
 *
 * That the checks which find it are exactly those named is what makes every check needed: one that is switched off, or finds
 * something else, fails all tests that name it.
 */
export async function testSabotage(sabotages: readonly Sabotage[]): Promise<Scene> {
  const scene = await makeScene();
  const named = sabotages.map((one) => [one.way, one.foundBy.join(', '), one] as const);
  it.each(named)('finds that %s, by %s', async (_way, _checks, sabotage) => {
    const { damage, tables = [], foundBy, severity = 'error', dimension, place } = sabotage;
    const undo = await damage(scene);
    try {
      const { sources = [scene.sources], sampleSize = 'all', through } = sabotage;
      const report = await scene.verify({ sources: [...sources], sampleSize }, through?.(scene.engine));
      const found = report.findings.find(({ check }) => check === foundBy[0]);
      expect([...new Set(report.findings.map(({ check }) => check))].toSorted()).toEqual(foundBy.toSorted());
      expect(report.result).toBe(
        report.findings.some((one) => one.severity === 'error') ? 'wanting' : 'passed',
      );
      expect(found).toMatchObject({ severity, dimension, place: place === null ? null : expect.anything() });
      const places = report.findings.filter(({ check }) => check === foundBy[0]).map((one) => one.place);
      expect(places).toHaveLength(sabotage.findings ?? places.length);
      if (place !== null) expect(places).toContainEqual(expect.objectContaining(place));
    } finally {
      await undo?.();
      await scene.restore(tables);
    }
  });

  it('finds nothing when all of it is put right', async () => {
    expect((await scene.verify()).findings).toEqual([]);
  });
  return scene;
}
