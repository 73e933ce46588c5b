import { describe, expect, it } from '@jest/globals';
import type { DeskeraGrant, PassingFailure } from '#deskera';
import { Secret } from '#kernel';
import { sampleNow, sampleOptions, sampleRecord, sampleTime } from '#tokens/testing';
import { refusedAndUnknown, refusedWhileGood, grantDead } from './refusal-transitions.js';
import {
  activated,
  checkedInvalid,
  checkedValid,
  checkUnanswered,
  credentialsErased,
  orgChanged,
  refreshed,
  refreshUnanswered,
  type Circumstances,
} from './transitions.js';

const circumstances: Circumstances = { options: sampleOptions(), now: sampleNow, random: 0.5 };

const grant: DeskeraGrant = {
  token: Secret.of('token'),
  refreshToken: Secret.of('refresh token'),
  orgId: '11242',
  orgName: null,
  email: null,
  tokenLifeSeconds: 3_600,
  refreshTokenLifeSeconds: null,
};

function passing(changes: Partial<PassingFailure> = {}): PassingFailure {
  return {
    kind: 'passing',
    definite: false,
    reason: 'timeout',
    retryAfterSeconds: null,
    summary: 'timeout',
    ...changes,
  };
}

const troubled = sampleRecord({
  attemptOpen: true,
  outcomeUnknown: true,
  unansweredCount: 2,
  consecutiveFailures: 4,
  failureKind: 'deskera_unavailable',
  lastError: '502',
  notBefore: sampleTime(-1),
  attention: 'cannot_be_refreshed',
});

describe('a good word of Deskera after the clock of the database was set back', () => {
  it('is newer than anything stored at a time still to come', () => {
    const record = sampleRecord({ verifiedAt: sampleTime(100), badSince: sampleTime(90) });
    expect(checkedValid(record, sampleTime(-1), circumstances)).toMatchObject({
      verifiedAt: sampleTime(-1),
      badSince: null,
    });
  });
});

describe('a refresh that brought a grant', () => {
  it('ends all trouble', () => {
    expect(refreshed(troubled, grant, null, circumstances)).toMatchObject({
      status: 'connected',
      attention: null,
      attemptOpen: false,
      outcomeUnknown: false,
      unansweredCount: 0,
      consecutiveFailures: 0,
      failureKind: null,
      lastError: null,
      notBefore: null,
      expiresAt: sampleTime(3_600),
    });
  });

  it('revives a connection that was given up, and activates none', () => {
    const givenUp = sampleRecord({ status: 'reconnect_required', reason: 'refresh_outcome_lost' });
    expect(refreshed(givenUp, grant, null, circumstances)).toMatchObject({
      status: 'connected',
      reason: null,
    });
    const awaiting = sampleRecord({ status: 'awaiting_activation' });
    expect(refreshed(awaiting, grant, null, circumstances)).toMatchObject({ status: 'awaiting_activation' });
  });

  it.each([
    [
      'falls short of what a caller wants',
      7_200,
      1,
      { minTtlBackoffCount: 2, minTtlBackoffUntil: sampleTime(10) },
    ],
    ['is enough', 3_600, 1, { minTtlBackoffCount: 0, minTtlBackoffUntil: null }],
    ['came for another reason', null, 1, { minTtlBackoffCount: 1, minTtlBackoffUntil: null }],
  ])('%s', (_what, wanted, minTtlBackoffCount, expected) => {
    expect(refreshed(sampleRecord({ minTtlBackoffCount }), grant, wanted, circumstances)).toMatchObject(
      expected,
    );
  });
});

describe('a check', () => {
  it('that is green wins over a computed expiry', () => {
    const past = sampleRecord({ expiresAt: sampleTime(-1) });
    expect(checkedValid(past, sampleTime(-2), circumstances)).toMatchObject({
      expiresAt: null,
      verifiedAt: sampleTime(-2),
    });
    expect(checkedValid(sampleRecord(), sampleNow, circumstances)).toMatchObject({
      expiresAt: sampleTime(3_000),
    });
  });

  it('that is green ends passing trouble, but not the back-off of a refresh', () => {
    const ailing = sampleRecord({
      consecutiveFailures: 3,
      notBefore: sampleTime(60),
      failureKind: 'deskera_unavailable',
    });
    expect(checkedValid(ailing, sampleNow, circumstances)).toMatchObject({
      consecutiveFailures: 0,
      notBefore: null,
    });
    expect(checkedValid({ ...ailing, attemptOpen: true }, sampleNow, circumstances)).toMatchObject({
      consecutiveFailures: 3,
      notBefore: sampleTime(60),
    });
  });

  it('that is green says nothing against a word that was asked for later', () => {
    const bad = sampleRecord({ badSince: sampleTime(-2), verifiedAt: sampleTime(-1) });
    expect(checkedValid(bad, sampleTime(-5), circumstances)).toMatchObject({
      badSince: sampleTime(-2),
      verifiedAt: sampleTime(-1),
    });
    expect(refusedWhileGood(bad, '400', sampleTime(-5), circumstances).badSince).toEqual(sampleTime(-2));
    expect(checkedValid(bad, sampleNow, circumstances)).toMatchObject({
      badSince: null,
      verifiedAt: sampleNow,
    });
  });

  it('that is red makes the token known bad and due at once, and changes no status', () => {
    expect(checkedInvalid(sampleRecord(), circumstances)).toMatchObject({
      status: 'connected',
      badSince: sampleNow,
      nextDueAt: sampleNow,
    });
  });

  it.each(['timeout', 'reset', 'server_error', 'rate_limited', 'unreadable'] as const)(
    'without an answer (%s) changes nothing but the back-off',
    (reason) => {
      const next = checkUnanswered(sampleRecord(), passing({ reason, definite: false }), circumstances);
      expect(next).toMatchObject({
        status: 'connected',
        badSince: null,
        attemptOpen: false,
        consecutiveFailures: 1,
      });
      expect(next.notBefore).toEqual(sampleTime(2.5));
    },
  );
});

describe('a sending without a grant', () => {
  it('stays open without a definite answer, and is tried again within 5 s, then twice as late', () => {
    const first = refreshUnanswered(sampleRecord({ attempt: 4 }), passing(), circumstances);
    expect(first).toMatchObject({
      status: 'connected',
      attemptOpen: true,
      outcomeUnknown: true,
      unansweredCount: 1,
    });
    expect(first.notBefore).toEqual(sampleTime(3.75));
    const second = refreshUnanswered({ ...sampleRecord(), ...first }, passing(), circumstances);
    expect(second.notBefore).toEqual(sampleTime(7.5));
  });

  it('is closed by a definite one', () => {
    const outcome = passing({ definite: true, reason: 'connection_failed' });
    expect(refreshUnanswered(sampleRecord({ attemptOpen: true }), outcome, circumstances)).toMatchObject({
      attemptOpen: false,
      outcomeUnknown: false,
      consecutiveFailures: 1,
    });
  });

  it('honours Retry-After, up to an hour', () => {
    const wait = (retryAfterSeconds: number) =>
      refreshUnanswered(
        sampleRecord(),
        passing({ definite: true, reason: 'rate_limited', retryAfterSeconds }),
        circumstances,
      );
    expect(wait(120).notBefore).toEqual(sampleTime(120));
    expect(wait(1e9).notBefore).toEqual(sampleTime(3_600));
  });

  it.each(['breaker_open', 'not_sent'] as const)(
    'lengthens no row for trouble of all of Deskera (%s)',
    (reason) => {
      const next = refreshUnanswered(sampleRecord(), passing({ definite: true, reason }), circumstances);
      expect(next).toMatchObject({
        consecutiveFailures: 0,
        notBefore: null,
        failureKind: 'deskera_unavailable',
      });
    },
  );

  it('marks no tenant for a refused client, and lengthens no row', () => {
    const outcome = {
      kind: 'our_fault',
      sent: true,
      definite: true,
      reason: 'client_refused',
      summary: '401',
    } as const;
    expect(refreshUnanswered(sampleRecord({ attemptOpen: true }), outcome, circumstances)).toMatchObject({
      status: 'connected',
      attemptOpen: false,
      failureKind: 'client_refused',
      consecutiveFailures: 0,
      notBefore: null,
    });
  });
});

describe('a refused refresh', () => {
  it('while the token is good asks for attention, and is tried again later', () => {
    const next = refusedWhileGood(
      sampleRecord({ attemptOpen: true }),
      '400 invalid_grant',
      sampleNow,
      circumstances,
    );
    expect(next).toMatchObject({
      status: 'connected',
      attention: 'cannot_be_refreshed',
      attemptOpen: false,
      failureKind: null,
    });
    expect(next.notBefore?.getTime()).toBeGreaterThan(sampleNow.getTime());
  });

  it('with a bad token is the end of the grant', () => {
    expect(grantDead(sampleRecord(), '400', circumstances)).toMatchObject({
      status: 'reconnect_required',
      reason: 'grant_revoked',
      badSince: sampleNow,
      nextDueAt: sampleTime(600),
    });
  });

  it('after an unknown outcome is told as what it is', () => {
    expect(grantDead(sampleRecord({ outcomeUnknown: true }), '400', circumstances)).toMatchObject({
      reason: 'refresh_outcome_lost',
    });
  });

  it('without a word on the token is no verdict', () => {
    const next = refusedAndUnknown(sampleRecord({ attemptOpen: true }), passing(), circumstances);
    expect(next).toMatchObject({ status: 'connected', attemptOpen: false, consecutiveFailures: 1 });
  });
});

describe('other turns', () => {
  it('another org after a refresh is never served', () => {
    expect(orgChanged(sampleRecord(), circumstances)).toMatchObject({
      status: 'reconnect_required',
      reason: 'org_changed',
      badSince: sampleNow,
    });
  });

  it('an activation makes it served', () => {
    expect(activated(sampleRecord({ status: 'awaiting_activation' }), circumstances)).toMatchObject({
      status: 'connected',
    });
  });

  it('erased credentials are never due again', () => {
    expect(credentialsErased(troubled)).toMatchObject({ nextDueAt: null, attemptOpen: false });
  });
});
