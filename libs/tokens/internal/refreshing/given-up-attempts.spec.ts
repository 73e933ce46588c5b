import { beforeEach, describe, expect, it } from '@jest/globals';
import { passing, refused } from '#deskera/testing';
import { ConnectionReads } from '#connections';
import {
  adoptGrant,
  sampleNow,
  sampleOptions,
  sampleRecord,
  sampleTime,
  type TestReplica,
} from '#tokens/testing';
import { Connections } from '../../connections.js';
import { Upkeep } from '../../upkeep.js';
import { tokensBench } from '../../testing/tokens-bench.js';
import { keepCredentialsSeconds, postponedUntil, upkeepStep } from '../upkeep/due.js';
import { refusedAndUnknown, refusedWhileGood } from '../state/refusal-transitions.js';
import { checkUnanswered, refreshUnanswered } from '../state/transitions.js';

const bench = tokensBench();
let replica: TestReplica;

beforeEach(async () => {
  replica = await bench.open();
});

describe('a connection that is given up, and whose pair a person brings again', () => {
  let connectionId: string;

  beforeEach(async () => {
    const grant = bench.deskera.issueGrant();
    connectionId = (await bench.connect(replica, { grant })).connectionId;
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    bench.deskera.answerNext('refresh', refused());
    await replica.get(Connections).checkNow(connectionId);
    expect(await record()).toMatchObject({ status: 'reconnect_required', reason: 'grant_revoked' });
    bench.deskera.answerNext('validate', { kind: 'invalid' });
    bench.deskera.answerNext('refresh', passing('timeout'));
    await expect(
      adoptGrant(replica, bench.deskera, { tenantId: bench.tenantId, grant }),
    ).rejects.toMatchObject({
      code: 'deskera_unavailable',
    });
    expect(await record()).toMatchObject({ status: 'reconnect_required', attemptOpen: true });
  });

  it('is tried again after a pause, and is connected again where Deskera grants it', async () => {
    await replica.get(Upkeep).sweep();
    expect(bench.deskera.callsOf('refresh')).toHaveLength(2);
    await endPause();
    await replica.get(Upkeep).sweep();
    expect(bench.deskera.callsOf('refresh')).toHaveLength(3);
    expect(await record()).toMatchObject({ status: 'connected', reason: null, attemptOpen: false });
  });

  it('is tried ever more rarely while there is no answer, and each time it is due again', async () => {
    const pauses: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      bench.deskera.answerNext('refresh', passing('timeout'));
      await endPause();
      await replica.get(Upkeep).sweep();
      const { notBefore, nextDueAt, readAt, attemptOpen } = await record();
      expect(attemptOpen).toBe(true);
      expect(nextDueAt?.getTime()).toBeGreaterThanOrEqual(notBefore?.getTime() ?? Infinity);
      pauses.push((nextDueAt?.getTime() ?? 0) - readAt.getTime());
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(Math.max(...pauses)).toBeLessThan(3_600_000);
  });

  it('is told where Deskera refuses it, and is let alone then', async () => {
    bench.deskera.answerNext('refresh', refused());
    await endPause();
    await replica.get(Upkeep).sweep();
    expect(await record()).toMatchObject({
      status: 'reconnect_required',
      reason: 'refresh_outcome_lost',
      attemptOpen: false,
    });
    await endPause();
    await replica.get(Upkeep).sweep();
    expect(bench.deskera.callsOf('refresh')).toHaveLength(3);
  });
});

describe('what a sweep does with a connection that needs a reconnect', () => {
  const givenUp = { status: 'reconnect_required', reason: 'grant_revoked', badSince: sampleNow } as const;
  const options = sampleOptions();

  it.each([
    ['refreshes it where an attempt is open', { attemptOpen: true }, 'refresh'],
    ['waits for the pause to end', { attemptOpen: true, notBefore: sampleTime(1) }, 'nothing'],
    ['lets it alone where none is open', {}, 'nothing'],
    [
      'erases its credentials in the end, whatever is open',
      { attemptOpen: true, statusSince: sampleTime(-keepCredentialsSeconds) },
      'erase_credentials',
    ],
  ] as const)('%s', (_, changes, step) => {
    expect(upkeepStep(sampleRecord({ ...givenUp, ...changes }), options, sampleNow)).toBe(step);
  });

  it('looks again within seconds where another replica has its open attempt', () => {
    const due = postponedUntil(sampleRecord({ ...givenUp, attemptOpen: true }), options, sampleNow, 0.9);
    expect(due.getTime()).toBeLessThanOrEqual(sampleTime(6).getTime());
  });
});

describe('a connection that awaits its activation', () => {
  const awaiting = sampleRecord({ status: 'awaiting_activation', nextDueAt: sampleTime(600) });
  const circumstances = { options: sampleOptions(), now: sampleNow, random: 0.5 };

  it.each([
    ['a refresh without an answer', refreshUnanswered(awaiting, passing('timeout'), circumstances)],
    ['a refresh that was not possible', refreshUnanswered(awaiting, passing('not_sent'), circumstances)],
    ['a check without an answer', checkUnanswered(awaiting, passing('server_error'), circumstances)],
    ['a refusal whose token is good', refusedWhileGood(awaiting, 'refused', sampleNow, circumstances)],
    ['a refusal alone', refusedAndUnknown(awaiting, passing('timeout'), circumstances)],
  ])('is given up no sooner for %s', (_, next) => {
    expect(next.nextDueAt).toEqual(sampleTime(600));
  });
});

function endPause(): Promise<void> {
  const ended = 'not_before = NULL, next_due_at = now()';
  return bench.alter(ended, 'connection_upkeep');
}

async function record() {
  const [found] = await replica.get(Connections).ofTenant(bench.tenantId);
  const stored = found === undefined ? null : await replica.get(ConnectionReads).find(found.connectionId);
  if (stored === null) throw new Error('there is no such connection');
  return stored;
}
