import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { GrantOutcome } from '../outcome.js';
import { FakeDeskera, granted, ourFault, passing, refused } from '../testing/index.js';
import { Breakers } from './breakers.js';

const [here, there] = ['https://api.deskera.example', 'https://api-us.deskera.example'];

let clock: ManualClock;
let logs: RecordedLogs;
let breakers: Breakers;

beforeEach(() => {
  clock = new ManualClock();
  logs = RecordedLogs.start();
  breakers = new Breakers(clock);
});

afterEach(() => {
  logs.stop();
});

async function many(outcome: GrantOutcome, count = 10): Promise<void> {
  for (let call = 0; call < count; call += 1) await breakers.run(here, () => Promise.resolve(outcome));
}

describe('the breakers', () => {
  it.each(['connection_failed', 'timeout', 'reset', 'server_error'] as const)(
    'hold calls to a host back after many of %s',
    async (reason) => {
      await many(passing(reason));
      const held = await breakers.run(here, () => Promise.reject(new Error('it was sent')));
      expect(held).toMatchObject({ kind: 'passing', reason: 'breaker_open', definite: true });
      expect(held).toHaveProperty('retryAfterSeconds', expect.any(Number));
      expect(await breakers.run(there, () => Promise.resolve(refused()))).toMatchObject({ kind: 'refused' });
    },
  );

  it.each([
    passing('rate_limited'),
    passing('unreadable'),
    passing('not_sent'),
    refused(),
    ourFault('client_refused'),
    ourFault('bad_request'),
    granted(new FakeDeskera().issueGrant()),
  ])('hold nothing back for $kind $reason', async (outcome) => {
    await many(outcome, 50);
    expect(breakers.openSince()).toBeNull();
  });

  it('tell once when a host goes and once when it comes back', async () => {
    const together = Array.from({ length: 15 }, () => many(passing('timeout'), 1));
    await Promise.all(together);
    expect(breakers.openSince()).toEqual(new Date('2026-01-01T00:00:00Z'));
    clock.advance(2_000);
    await many(refused());
    expect(breakers.openSince()).toBeNull();
    expect(logs.lines.map(({ level }) => level)).toEqual(['warn', 'log']);
    expect(logs.of('warn')[0]).toContain('api.deskera.example');
  });

  it('give a probe back that broke', async () => {
    await many(passing('timeout'));
    clock.advance(2_000);
    await expect(breakers.run(here, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await breakers.run(here, () => Promise.resolve(refused()))).toMatchObject({ kind: 'refused' });
  });

  it('forget a host that is away and that nobody asks any more', async () => {
    await many(passing('reset'));
    clock.advance(600_000);
    expect(breakers.openSince()).not.toBeNull();
    clock.advance(1);
    expect(breakers.openSince()).toBeNull();
  });
});
