import { describe, expect, it } from '@jest/globals';
import { lifeSeconds, remainingLife } from './token-life.js';

const answeredAt = new Date('2026-11-24T12:00:00Z');
const now = answeredAt.getTime() / 1_000;
const day = 86_400;
const fresh = (life: number, skew = 0) => ({ issuedAt: now + skew, expiresAt: now + skew + life });

describe('the remaining life of a token', () => {
  it.each([
    { what: 'fresh', times: fresh(3_600), life: { seconds: 3_600, isPast: false } },
    {
      what: 'written within two seconds of its issue',
      times: { issuedAt: now - 2, expiresAt: now + 3_598 },
      life: { seconds: 3_600, isPast: false },
    },
    {
      what: 'issued long ago',
      times: { issuedAt: now - 3_588, expiresAt: now + 12 },
      life: { seconds: 12, isPast: false },
    },
    {
      what: 'issued by a clock that is two hours ahead',
      times: fresh(3_600, 7_200),
      life: { seconds: 3_600, isPast: false },
    },
    {
      what: 'issued by a clock that is two hours behind, or long ago',
      times: fresh(3_600, -7_200),
      life: { seconds: 3_600, isPast: true },
    },
    {
      what: 'issued by a clock that is two hours behind, for a day',
      times: fresh(day, -7_200),
      life: { seconds: day - 7_200, isPast: false },
    },
    {
      what: 'in its last fraction of a second',
      times: { issuedAt: now - 3_600, expiresAt: now + 0.5 },
      life: { seconds: 3_600, isPast: true },
    },
    {
      what: 'without iat',
      times: { issuedAt: null, expiresAt: now + 90.7 },
      life: { seconds: 90, isPast: false },
    },
    {
      what: 'without iat, and over',
      times: { issuedAt: null, expiresAt: now - 90 },
      life: { seconds: null, isPast: true },
    },
    {
      what: 'without exp',
      times: { issuedAt: now, expiresAt: null },
      life: { seconds: null, isPast: false },
    },
    {
      what: 'with an iat of another age',
      times: { issuedAt: 1, expiresAt: now + 100 },
      life: { seconds: 100, isPast: false },
    },
    {
      what: 'with both times of another age',
      times: { issuedAt: now - 1_000 * day, expiresAt: now - 999 * day },
      life: { seconds: day, isPast: false },
    },
    {
      what: 'with an exp of another age',
      times: { issuedAt: now, expiresAt: now + 401 * day },
      life: { seconds: null, isPast: false },
    },
    {
      what: 'that ends before it begins',
      times: { issuedAt: now + 200, expiresAt: now + 100 },
      life: { seconds: 100, isPast: false },
    },
  ])('$what is $life.seconds s, and past: $life.isPast', ({ times, life }) => {
    expect(remainingLife(times, answeredAt)).toEqual(life);
  });
});

describe('the life of a token from its issue on', () => {
  it.each([
    { times: fresh(3_600), life: 3_600 },
    { times: { issuedAt: null, expiresAt: now + 90 }, life: 90 },
    { times: { issuedAt: now, expiresAt: now }, life: null },
    { times: { issuedAt: now, expiresAt: now - 1 }, life: null },
    { times: fresh(400 * day), life: 400 * day },
    { times: fresh(400 * day + 1), life: null },
  ])('is $life s for $times', ({ times, life }) => {
    expect(lifeSeconds(times, answeredAt)).toBe(life);
  });

  it('is unknown without iat and without another start', () => {
    expect(lifeSeconds({ issuedAt: null, expiresAt: now }, null)).toBeNull();
  });
});
