import { describe, expect, it } from '@jest/globals';
import { ourFault, passing } from '#deskera/testing';
import type { ConnectionRecord } from '#connections';
import { sampleNow, sampleOptions, sampleRecord, sampleTime } from '#tokens/testing';
import { secondsBetween } from '../upkeep/due.js';
import { checkUnanswered, refreshUnanswered } from '../state/transitions.js';

const options = sampleOptions();
const draws = Array.from({ length: 1_000 }, (_, index) => index / 1_000);
const expired = { expiresAt: sampleTime(-1) };
const longLived = { expiresAt: null, tokenLifeSeconds: null };

const heldBack = [
  { gate: 'the breaker', outcome: passing('breaker_open', 20) },
  { gate: 'the refused client', outcome: ourFault('client_refused') },
] as const;

describe.each(heldBack)('what $gate held back', ({ outcome }) => {
  const dueIn = (changes: Partial<ConnectionRecord>, random: number): number => {
    const { nextDueAt } = refreshUnanswered(sampleRecord(changes), outcome, {
      options,
      now: sampleNow,
      random,
    });
    return nextDueAt === null ? Infinity : secondsBetween(sampleNow, nextDueAt);
  };

  it('is tried within seconds where its token is expired or bad, so that it is first when the trouble ends', () => {
    for (const changes of [expired, { badSince: sampleTime(-60) }]) {
      const dues = draws.map((random) => dueIn(changes, random));
      expect(Math.min(...dues)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...dues)).toBeLessThanOrEqual(6);
    }
  });

  it('is spread evenly over a check interval where its token is good', () => {
    const dues = draws.map((random) => dueIn(longLived, random));
    const tenth = options.checkIntervalSeconds / 10;
    for (let part = 0; part < 10; part += 1) {
      const inPart = dues.filter((due) => due >= 2 + part * tenth && due < 2 + (part + 1) * tenth);
      expect(inPart).toHaveLength(100);
    }
  });

  it('is not put off past its expiry, nor by a back-off of its own', () => {
    expect(dueIn({ expiresAt: sampleTime(100) }, 0.9)).toBe(100);
    const next = checkUnanswered(sampleRecord(longLived), outcome, { options, now: sampleNow, random: 0.5 });
    expect(next).toMatchObject({ consecutiveFailures: 0, notBefore: null });
  });
});
