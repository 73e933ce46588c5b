import { beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import type { DeskeraGrant, PassingFailure } from '#deskera';
import { granted, passing } from '#deskera/testing';
import type { TestConnect, TestReplica } from '#tokens/testing';
import { Connections } from '../../connections.js';
import { type DeskeraToken } from '../../deskera-token.js';
import { tokensBench } from '../../testing/tokens-bench.js';

const bench = tokensBench();
let replica: TestReplica;

beforeEach(async () => {
  replica = await bench.open({ tokens: { timeoutSeconds: 5 } });
});

const past = { tokenIsPast: true } as const;

function newGrant(): DeskeraGrant {
  return bench.deskera.issueGrant({ id: bench.tenantId, name: 'Some Org', email: 'person@example.com' });
}

function get(minTtlSeconds = 30): Promise<DeskeraToken> {
  return bench.read(replica, { minTtlSeconds });
}

async function connected(changes: TestConnect = {}): Promise<string> {
  const { connectionId } = await bench.connect(replica, { grant: newGrant(), ...changes });
  bench.deskera.calls.length = 0;
  return connectionId;
}

/** The next refresh brings what an honest one would, with these changes. */
function refreshBrings(change: (grant: DeskeraGrant) => Partial<DeskeraGrant>): void {
  bench.deskera.answerNext('refresh', (_call, honest) => {
    const outcome = honest();
    return outcome.kind === 'granted' ? granted({ ...outcome.grant, ...change(outcome.grant) }) : outcome;
  });
}

function operations(): readonly string[] {
  return bench.deskera.calls.map(({ operation }) => operation);
}

function secondsUntil(time: Date | null): number {
  return time === null ? Infinity : (time.getTime() - Date.now()) / 1_000;
}

async function lastError(connectionId: string): Promise<string | null> {
  return (await replica.get(Connections).find(connectionId)).lastError;
}

describe('a token that Deskera issued earlier', () => {
  it('is refreshed as its remaining life demands after a connect', async () => {
    await connected({ grant: { ...newGrant(), tokenLifeSeconds: 12 } });
    expect(secondsUntil((await get()).expiresAt)).toBeGreaterThan(3_000);
    expect(operations()).toEqual(['refresh']);
  });

  it('expires when its remaining life is over after a refresh', async () => {
    await connected({ grant: { ...newGrant(), tokenLifeSeconds: 5 } });
    refreshBrings(() => ({ tokenLifeSeconds: 12 }));
    const { expiresAt } = await get();
    expect(secondsUntil(expiresAt)).toBeLessThanOrEqual(12);
    expect(secondsUntil(expiresAt)).toBeGreaterThan(-60);
  });
});

describe('a token that is past its expiry when a connect brings it', () => {
  const grant = (): DeskeraGrant => ({ ...newGrant(), ...past });

  it('is served for the life of a fresh one where Deskera calls it good: the clocks differ', async () => {
    await connected({ grant: grant() });
    expect(secondsUntil((await get()).expiresAt)).toBeGreaterThan(3_000);
    expect(operations()).toEqual([]);
  });

  it('is refreshed before anybody is handed it where Deskera does not answer', async () => {
    const brought = grant();
    bench.deskera.answerNext('validate', passing('timeout'));
    await connected({ grant: brought });
    expect((await get()).token.reveal()).not.toBe(brought.token.reveal());
    expect(operations()).toEqual(['refresh']);
  });
});

describe('a token that is past its expiry when a refresh brings it', () => {
  let connectionId: string;

  beforeEach(async () => {
    connectionId = await connected({ grant: { ...newGrant(), tokenLifeSeconds: 1 } });
    refreshBrings(() => past);
  });

  it('is served for the life of a fresh one where Deskera calls it good: the clocks differ', async () => {
    const token = await get();
    expect(token.degraded).toBeNull();
    expect(secondsUntil(token.expiresAt)).toBeGreaterThan(3_000);
    expect(operations()).toEqual(['refresh', 'validate']);
    expect(await lastError(connectionId)).toBeNull();
    await get();
    expect(operations()).toHaveLength(2);
  });

  it.each([
    ['calls it bad', { kind: 'invalid' } as const],
    ['does not answer', passing('timeout')],
  ])('is never handed out where Deskera %s, and the next refresh waits', async (_what, word) => {
    bench.deskera.answerNext('validate', word);
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(operations()).toEqual(['refresh', 'validate']);
    expect(await lastError(connectionId)).toBe('the refresh brought a token that is past its expiry');
  });
});

describe('a refresh that brings the stored token again', () => {
  it('gives it no new life', async () => {
    const grant = { ...newGrant(), tokenLifeSeconds: 60 };
    await connected({ grant });
    refreshBrings(() => ({ token: grant.token, tokenLifeSeconds: 3_600 }));
    expect(secondsUntil((await get(90)).expiresAt)).toBeLessThanOrEqual(60);
  });

  it('does not make it good again where Deskera has called it bad', async () => {
    const grant = newGrant();
    const connectionId = await connected({ grant });
    bench.deskera.grants.expire(grant.orgId ?? '');
    refreshBrings(() => ({ token: grant.token }));
    await expect(replica.get(Connections).checkNow(connectionId)).rejects.toMatchObject({
      code: 'deskera_unavailable',
    });
    await expect(get()).rejects.toMatchObject({ code: 'deskera_unavailable' });
    expect(operations()).toEqual(['validate', 'refresh', 'validate']);
  });
});

describe('a refresh that brings a new refresh token and no token', () => {
  const half = (): PassingFailure => ({
    ...passing('unreadable'),
    definite: false,
    withoutPair: true,
    summary: '200 without a readable token pair',
    newRefreshToken: Secret.of('the next one'),
  });

  it('keeps the stored token, and spends the new refresh token next', async () => {
    const connectionId = await connected();
    bench.deskera.answerNext('refresh', half());
    await replica.get(Connections).refreshNow(connectionId);
    expect(await lastError(connectionId)).toBe('200 without a readable token pair');
    expect((await get()).degraded).toBeNull();
    await bench.alter('not_before = NULL', 'connection_upkeep');
    await replica
      .get(Connections)
      .refreshNow(connectionId)
      .catch(() => null);
    expect(bench.deskera.callsOf('refresh').map(({ sent }) => sent.reveal())).toEqual([
      expect.not.stringMatching('the next one'),
      'the next one',
    ]);
  });
});
