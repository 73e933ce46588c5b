import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import type { FirstWord } from '#spool';
import type { GrantSave } from '#connections';
import { sampleNow, sampleOptions, sampleRecord, sampleTime } from '#tokens/testing';
import { adoptionDecision, type AdoptionFacts } from './adoption-decision.js';
import type { Circumstances } from '../state/transitions.js';

const circumstances: Circumstances = { options: sampleOptions(), now: sampleNow, random: 0.5 };

const grant: GrantSave = {
  token: Secret.of('token'),
  refreshToken: Secret.of('refresh token'),
  tokenLifeSeconds: 60,
  refreshTokenLifeSeconds: null,
  arrivedAt: 0,
  sentAt: 0,
};

interface Facts extends Partial<Omit<AdoptionFacts, 'connect'>> {
  readonly word?: FirstWord;
}

function decide(
  { word = 'valid', ...facts }: Facts = {},
  activation: 'callback' | 'browser' | 'confirm' = 'callback',
) {
  const connect = { connectNumber: 8, activation, activationSeconds: 900, grant, word };
  return adoptionDecision(
    { existing: null, known: false, connect, arrivedAt: sampleNow, ...facts },
    circumstances,
  );
}

describe('a connect', () => {
  it('makes a connection that is due when its refresh is', () => {
    expect(decide()).toMatchObject({
      kind: 'save',
      keepGrant: false,
      next: { status: 'connected', expiresAt: sampleTime(60), nextDueAt: sampleTime(15) },
      event: { kind: 'connected', detail: { replaced: false } },
    });
  });

  it.each(['browser', 'confirm'] as const)(
    'awaits its activation by %s, for the life of its session',
    (activation) => {
      expect(decide({}, activation)).toMatchObject({
        next: { status: 'awaiting_activation', nextDueAt: sampleTime(900) },
        event: { kind: 'awaiting_activation' },
      });
    },
  );

  it('replaces what is connected, without a second activation', () => {
    expect(decide({ existing: sampleRecord() }, 'confirm')).toMatchObject({
      keepGrant: false,
      next: { status: 'connected' },
      event: { kind: 'connected', detail: { replaced: true } },
    });
  });

  it('cures a connection that must be reconnected', () => {
    const existing = sampleRecord({
      status: 'reconnect_required',
      reason: 'grant_revoked',
      badSince: sampleNow,
    });
    expect(decide({ existing })).toMatchObject({
      next: { status: 'connected', reason: null, badSince: null, attention: null },
      event: { kind: 'recovered' },
    });
  });

  it('makes a disconnected one new', () => {
    const existing = sampleRecord({ status: 'disconnected' });
    expect(decide({ existing, known: true })).toMatchObject({
      keepGrant: false,
      event: { kind: 'connected', detail: { replaced: false } },
    });
  });

  it('loses against a newer connect or disconnect', () => {
    expect(decide({ existing: sampleRecord({ connectNumber: 9 }) })).toEqual({ kind: 'superseded' });
  });

  it('recognises its own save whose answer was lost', () => {
    expect(decide({ existing: sampleRecord({ connectNumber: 8 }) })).toEqual({ kind: 'repeated' });
  });
});

describe('a grant that comes out of the spool late', () => {
  it('is as old as it is, and refreshed when it should have been', () => {
    expect(decide({ arrivedAt: sampleTime(-50) })).toMatchObject({
      next: { expiresAt: sampleTime(10), verifiedAt: sampleTime(-50), nextDueAt: sampleTime(1) },
    });
  });
});

describe('an older pair that comes back', () => {
  it('replaces no newer grant, though that one’s token has expired or is bad: its refresh token is good', () => {
    for (const changes of [{ badSince: sampleNow }, { expiresAt: sampleNow }, { attemptOpen: true }])
      expect(decide({ existing: sampleRecord(changes), known: true, word: 'unknown' })).toMatchObject({
        keepGrant: true,
      });
  });

  it('leaves a good grant where it is', () => {
    expect(decide({ existing: sampleRecord(), known: true })).toMatchObject({
      keepGrant: true,
      next: { status: 'connected', expiresAt: sampleTime(3_000), badSince: null },
    });
  });

  it('replaces a dead grant, unless it is bad itself', () => {
    const existing = sampleRecord({ status: 'reconnect_required', badSince: sampleNow });
    expect(decide({ existing, known: true, word: 'valid' })).toMatchObject({ keepGrant: false });
    expect(decide({ existing, known: true, word: 'invalid' })).toMatchObject({ keepGrant: true });
  });
});

describe('a new token', () => {
  it('that Deskera can not be asked about is stored as it is', () => {
    expect(decide({ word: 'unknown' })).toMatchObject({ next: { status: 'connected', badSince: null } });
  });

  it('that Deskera refuses is stored as bad, and refreshed at once', () => {
    expect(decide({ word: 'invalid' })).toMatchObject({
      next: { status: 'connected', badSince: sampleNow, outcomeUnknown: false, nextDueAt: sampleTime(1) },
    });
  });

  it('whose first refresh has no answer waits before the next', () => {
    expect(decide({ word: 'invalid_unanswered' })).toMatchObject({
      next: { badSince: sampleNow, outcomeUnknown: true, unansweredCount: 1, notBefore: sampleTime(3.75) },
    });
  });
});
