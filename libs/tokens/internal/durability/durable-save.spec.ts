import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { GrantSpool } from '#spool';
import { Drain } from './drain.js';
import { DurableSave } from './durable-save.js';
import type { HeldAnswers } from './held-answers.js';
import type { SpoolReplay } from './spool-replay.js';

const away = () => Promise.reject(new Failure('broker_unavailable', 'The database does not answer.'));

let clock: ManualClock;
let durable: DurableSave;

beforeEach(() => {
  RecordedLogs.silence();
  clock = new ManualClock();
  durable = new DurableSave({} as GrantSpool, {} as SpoolReplay, new Drain(clock), clock, {} as HeldAnswers);
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

describe('a stop', () => {
  it('waits for the saves that are under way', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const saving = durable.untilSaved('The outcome', () => promise);
    let isOver = false;
    const stopping = durable.onModuleDestroy().then(() => {
      isOver = true;
    });
    await turns();
    expect(isOver).toBe(false);
    resolve('saved');
    expect(await saving).toBe('saved');
    await stopping;
    expect(isOver).toBe(true);
  });

  it('ends the tries of a save that the database never takes, once its time is over', async () => {
    const saving = durable.untilSaved('The outcome', away);
    const failed = expect(saving).rejects.toMatchObject({ code: 'broker_unavailable' });
    await turns();
    durable.beforeApplicationShutdown();
    await failed;
  });
});
