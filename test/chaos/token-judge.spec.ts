import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeskeraStory } from './deskera-story.js';
import { Findings } from './findings.js';
import { Losses } from './losses.js';
import { Slot } from './slot.js';
import { TokenJudge, type HandedOut } from './token-judge.js';

let story: DeskeraStory;
let findings: Findings;
let judge: TokenJudge;
let slot: Slot;
let seq: number;
let losses: Losses;

beforeEach(() => {
  story = new DeskeraStory(true);
  findings = new Findings();
  losses = new Losses();
  judge = new TokenJudge(story, findings, losses);
  slot = new Slot(0);
  seq = 0;
  issued('first', 'grant-a', 2, 1_000);
});

describe('a token that is handed out', () => {
  it('may be the present one', () => {
    judge.judge(read('first', 2_000));
    expect(findings.isClean()).toBe(true);
  });

  it('must have been issued for that org', () => {
    issued('foreign', 'grant-b', 4, 1_500, '700001');
    judge.judge(read('foreign', 2_000));
    judge.judge(read('made up', 2_000));
    expect(findings.count('foreignToken')).toBe(2);
  });

  it('must not be an older one, a second after a newer one was handed out', () => {
    issued('second', 'grant-a', 4, 2_000);
    judge.judge(read('second', 2_100));
    judge.judge(read('first', 2_900));
    expect(findings.count('olderToken')).toBe(0);
    judge.judge(read('first', 3_200));
    expect(findings.count('olderToken')).toBe(1);
  });

  it('may be an older one for longer where the replica says that it is cut off', () => {
    issued('second', 'grant-a', 4, 2_000);
    judge.judge(read('second', 2_100));
    judge.judge(read('first', 5_000, { degraded: 'database_unavailable' }));
    expect(findings.count('olderToken')).toBe(0);
    judge.judge(read('first', 7_000, { degraded: 'database_unavailable' }));
    expect(findings.count('olderToken')).toBe(1);
  });

  it('may be an older one where a failover may have lost what made the newer one known', () => {
    issued('second', 'grant-a', 4, 2_000);
    judge.judge(read('second', 2_100));
    losses.add({ from: 2_050, diedAt: 2_500, to: 3_000 });
    judge.judge(read('first', 5_000));
    expect(findings.isClean()).toBe(true);
  });

  it('may be of a connect that a failover may have brought back', () => {
    slot.disconnected(2_000, 2_100);
    slot.doubt(2_050, 2_500);
    judge.judge(read('first', 5_000));
    expect(findings.isClean()).toBe(true);
    expect(slot.standing).toBe('either');
  });

  it('must not be of a disconnected or a replaced connect', () => {
    slot.disconnected(2_000, 2_100);
    judge.judge(read('first', 3_000));
    expect(findings.count('disconnectedToken')).toBe(0);
    judge.judge(read('first', 3_200));
    slot.connected(4_000, 4_100);
    judge.judge(read('first', 5_200));
    expect([findings.count('disconnectedToken'), findings.count('replacedToken')]).toEqual([2, 1]);
  });

  it('must not be one that the broker knows to be bad', () => {
    judge.knownBad('first', 2_000);
    judge.judge(read('first', 2_900));
    judge.judge(read('first', 3_100));
    expect(findings.count('knownBadToken')).toBe(1);
  });

  it('must not be called verified after its death, nor be older than was asked for, nor expired', () => {
    story.add({ kind: 'org_revoked', orgId: slot.orgId, throughNumber: 2, seq: (seq += 1), at: 3_000 });
    judge.judge(read('first', 4_000, { verifiedAt: 2_900 }));
    expect(findings.count('deadToken')).toBe(0);
    judge.judge(read('first', 4_000, { verifiedAt: 3_500 }));
    judge.judge(read('first', 20_000, { maxVerifiedAgeSeconds: 3 }));
    judge.judge(read('first', 20_000, { expiresAt: 10_000 }));
    expect(findings.count('deadToken')).toBe(3);
    expect(findings.table()).toContain('beyond the promised time after their death');
  });
});

function issued(token: string, grantId: string, number: number, at: number, orgId = slot.orgId): void {
  seq += 1;
  story.add({
    kind: 'issued',
    grantId,
    orgId,
    token,
    refreshToken: `${token}-refresh`,
    number,
    spentNumber: null,
    seq,
    at,
  });
}

function read(fingerprint: string, from: number, asked: Partial<HandedOut> = {}): HandedOut {
  return {
    slot,
    replica: 'replica-0.1',
    from,
    to: from + 10,
    fingerprint,
    verifiedAt: 1_000,
    expiresAt: null,
    degraded: null,
    maxVerifiedAgeSeconds: null,
    ...asked,
  };
}
