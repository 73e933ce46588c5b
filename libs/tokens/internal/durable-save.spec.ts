import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { GrantSpool } from '#store';
import { Drain } from './drain.js';
import { DurableSave } from './durable-save.js';
import type { HeldAnswers } from './held-answers.js';
import type { SpoolReplay } from './spool-replay.js';

const away = new Failure('broker_unavailable', 'The database does not answer.');

let clock: ManualClock;
let durable: DurableSave;

beforeEach(() => {
  RecordedLogs.silence();
  clock = new ManualClock();
  const [spool, replay, held] = [{} as GrantSpool, {} as SpoolReplay, {} as HeldAnswers];
  durable = new DurableSave(spool, replay, new Drain(clock), clock, held);
});

describe('a process that stops', () => {
  it('waits for a save that the database does not take yet', async () => {
    let tries = 0;
    const saving = durable.untilSaved('the outcome', async () => {
      tries += 1;
      if (tries === 1) throw away;
      return 'saved';
    });
    let isStopped = false;
    const stop = durable.onModuleDestroy().then(() => (isStopped = true));
    await turns();
    expect([tries, isStopped]).toEqual([1, false]);
    clock.advance(100);
    await stop;
    expect(await saving).toBe('saved');
  });

  it('waits no longer than the drain, and the save fails when the process gives up', async () => {
    const saving = durable.untilSaved('the outcome', () => Promise.reject(away));
    const failed = expect(saving).rejects.toBe(away);
    const stop = durable.onModuleDestroy();
    await turns();
    clock.advance(20_000);
    await stop;
    durable.beforeApplicationShutdown();
    await failed;
  });
});

/** What is awaited has its turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
