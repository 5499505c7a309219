import { describe, expect, it } from 'vitest';
import { DirtyPaths } from '../../../src/engine/watch/dirty-paths.ts';
import { defaultTimings } from '../../../src/engine/watch/timings.ts';

describe('DirtyPaths', () => {
  it('waits for quiet, but not for ever', () => {
    const dirty = new DirtyPaths(defaultTimings);
    expect(dirty.dueMs).toBe(Infinity);
    dirty.addFile('/p/a.jsonl', 1000);
    expect(dirty.dueMs).toBe(1200);
    dirty.addFile('/p/a.jsonl', 1150);
    expect(dirty.dueMs).toBe(1350);
    for (let nowMs = 1200; nowMs < 1950; nowMs += 50) dirty.addFile('/p/a.jsonl', nowMs);
    expect(dirty.dueMs).toBe(2000);
    expect([...dirty.take(2000).files]).toEqual(['/p/a.jsonl']);
    expect(dirty.dueMs).toBe(Infinity);
  });

  it('looks into a new folder a second time, when its watch is set', () => {
    const dirty = new DirtyPaths(defaultTimings);
    dirty.addFolder('/p', 0);
    expect([...dirty.take(200).folders]).toEqual(['/p']);
    expect(dirty.dueMs).toBe(2200);
    dirty.addFile('/p/a.jsonl', 300);
    expect([...dirty.take(500).folders]).toEqual([]);
    expect([...dirty.take(2200).folders]).toEqual(['/p']);
    expect(dirty.dueMs).toBe(Infinity);
  });

  it('keeps no more than it may and asks for a sweep instead', () => {
    const dirty = new DirtyPaths({ ...defaultTimings, mostHints: 10 });
    for (let index = 0; index < 10; index += 1) dirty.addFile(`/p/${index}.jsonl`, index);
    expect(dirty.isOverfull).toBe(false);
    dirty.addFile('/p/10.jsonl', 10);
    dirty.addFolder('/q', 11);
    expect(dirty.isOverfull).toBe(true);
    expect(dirty.dueMs).toBe(Infinity);
    expect(dirty.take(20)).toEqual({ files: new Set(), folders: new Set() });
    dirty.addFile('/p/10.jsonl', 30);
    expect(dirty.isOverfull).toBe(false);
    expect(dirty.take(500).files.size).toBe(1);
  });
});
