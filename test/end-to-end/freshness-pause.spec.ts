import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../postgres/index.js';
import type { BrokerClient } from './broker-client.js';
import { prepareEndings, promiseMilliseconds } from './freshness-endings.js';
import { startProcesses, type ProcessPlatform } from './process-platform.js';

let database: TestDatabase;
let platform: ProcessPlatform;

beforeAll(async () => {
  database = await createTestDatabase();
  platform = await startProcesses({
    databaseUrl: database.url,
    replicas: 2,
    variables: { UPKEEP_ENABLED: 'false' },
  });
});

afterAll(async () => {
  await platform.close();
  await database.drop();
});

describe('a process that stood still while another replica ended a token or a key', () => {
  it('serves nothing of what it remembers to whoever asked it meanwhile, nor to whoever asks then', async () => {
    const [acting, reading] = platform.brokers as [BrokerClient, BrokerClient];
    const [, paused] = platform.replicas;
    for (let round = 0; round < 2; round += 1) {
      const endings = await prepareEndings(acting, reading, platform.sandbox);
      // Hot in that very moment: what it remembers is proven a few milliseconds before it stands still.
      await Promise.all(endings.map(({ read }) => read()));
      paused?.pause();
      await Promise.all(endings.map(({ end }) => end()));
      // The promise begins a second after the answer; it stands still for longer than any proof lasts.
      await wait(promiseMilliseconds + 1);
      const inItsSocket = endings.map(async ({ name, read }) => ({
        name,
        when: 'meanwhile',
        ...(await read()),
      }));
      // Sent, but by no means answered: half that time again.
      await wait(promiseMilliseconds / 2);
      paused?.resume();
      const then = endings.map(async ({ name, read }) => ({ name, when: 'then', ...(await read()) }));
      const answers = await Promise.all([...inItsSocket, ...then]);
      expect(answers.filter(({ old }) => old)).toEqual([]);
      for (const ending of endings) expect(ending.isTruth(await ending.read())).toBe(true);
    }
    expect(platform.defects()).toEqual([]);
  });
});
