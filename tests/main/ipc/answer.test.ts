import { describe, expect, it } from 'vitest';
import { answerRequests, type Answers, type Asker } from '../../../src/main/ipc/answer.ts';
import { requestNames } from '../../../src/shared/contract.ts';
import { AppError } from '../../../src/shared/failure.ts';
import { FakeIpc } from '../../fakes/fake-ipc.ts';
import { memoryLog } from '../../fakes/memory-log.ts';

const origin = 'app://tokenhouse';
const ownPage: Asker = { senderFrame: { origin, parent: null } };

/** Every request answers the input it was given, except those that the test replaces. */
function setUp(replaced: Partial<Answers> = {}) {
  const ipc = new FakeIpc();
  const log = memoryLog();
  const echo = Object.fromEntries(requestNames.map((name) => [name, (input: unknown) => input]));
  answerRequests({ ipc, answers: { ...(echo as unknown as Answers), ...replaced }, origin, log });
  return { ipc, log };
}

const refused = { ok: false, failure: { code: 'invalid-input' } };

describe('answerRequests', () => {
  it('answers every request of the contract, each once', () => {
    const { ipc } = setUp();
    expect(ipc.channels.toSorted()).toEqual([...requestNames].toSorted());
  });

  it('gives the answer as a value, and fills in the defaults of the input', async () => {
    const { ipc } = setUp();
    expect(await ipc.invoke(ownPage, 'getSettings')).toEqual({ ok: true, value: undefined });
    expect(await ipc.invoke(ownPage, 'startRun', { dryRun: true })).toMatchObject({
      ok: true,
      value: { dryRun: true, batchRows: 50_000, sources: [], filters: { order: 'newest' } },
    });
  });

  it.each<[string, Asker]>([
    ['another site', { senderFrame: { origin: 'https://example.com', parent: null } }],
    ['a look-alike', { senderFrame: { origin: 'app://tokenhouse.example', parent: null } }],
    ['a page without an origin', { senderFrame: { origin: 'null', parent: null } }],
    ['a frame inside our page', { senderFrame: { origin, parent: {} } }],
    ['a frame that has navigated', { senderFrame: null }],
  ])('refuses %s, whatever it asks', async (_who, asker) => {
    let calls = 0;
    const { ipc } = setUp({ cancelRun: () => void (calls += 1) });
    for (const name of requestNames) expect(await ipc.invoke(asker, name)).toMatchObject(refused);
    expect(calls).toBe(0);
  });

  it('answers a failure when the frame is gone while it is looked at', async () => {
    const { ipc } = setUp();
    const gone: Asker = {
      get senderFrame(): never {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed');
      },
    };
    expect(await ipc.invoke(gone, 'getRun')).toMatchObject({ ok: false, failure: { code: 'unexpected' } });
  });

  it.each<[string, unknown[]]>([
    ['startRun', [{ batchRows: 0 }]],
    ['startRun', [{ surprise: true }]],
    ['startRun', [{ sources: ['relative/path'] }]],
    ['startRun', [{}, {}]],
    ['startRun', []],
    ['startDiscovery', [{ order: 'random' }]],
    ['addRoots', [['../up']]],
    ['addRoots', [['/with\0nul']]],
    ['addRoots', [[]]],
    ['removeRoot', [7]],
    ['changeSettings', [{ colorScheme: 'pink' }]],
    ['getRun', ['something']],
  ])('refuses %s with %j', async (name, input) => {
    const { ipc } = setUp();
    expect(await ipc.invoke(ownPage, name, ...input)).toMatchObject(refused);
  });

  it('leaves settings that a change does not name as they are', async () => {
    const { ipc } = setUp();
    expect(await ipc.invoke(ownPage, 'changeSettings', { colorScheme: 'dark' })).toEqual({
      ok: true,
      value: { colorScheme: 'dark' },
    });
  });

  it('answers a thrown AppError as its failure', async () => {
    const { ipc, log } = setUp({
      startRun: () => {
        throw new AppError('disk-full', 'The disk is full.', { path: '/data', detail: 'ENOSPC' });
      },
    });
    expect(await ipc.invoke(ownPage, 'startRun', {})).toEqual({
      ok: false,
      failure: { code: 'disk-full', message: 'The disk is full.', path: '/data', detail: 'ENOSPC' },
    });
    expect(log.said.map(({ level }) => level)).toEqual(['warn']);
  });

  it('answers any other error as unexpected and logs it with its stack', async () => {
    const bug = new TypeError('x is not a function');
    const { ipc, log } = setUp({ listRuns: () => Promise.reject(bug) });
    const answer = await ipc.invoke(ownPage, 'listRuns');
    expect(answer).toMatchObject({ ok: false, failure: { code: 'unexpected', detail: bug.stack } });
    expect(log.said).toMatchObject([{ level: 'error', fields: { request: 'listRuns', error: bug } }]);
  });
});
