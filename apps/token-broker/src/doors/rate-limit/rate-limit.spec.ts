import { expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { RateLimit } from './rate-limit.js';

const minute = { quota: 2, windowSeconds: 60 };

it('counts each subject for itself, on a clock that nobody can set', () => {
  const clock = new ManualClock();
  const limit = new RateLimit(minute, clock, 10);
  const allowed = (subject: string): boolean => limit.spend(subject).allowed;
  expect([allowed('one'), allowed('one'), allowed('one'), allowed('other')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  clock.setWallClock(new Date('2027-01-01T00:00:00Z'));
  expect(allowed('one')).toBe(false);
  clock.advance(30_000);
  expect([allowed('one'), allowed('one')]).toEqual([true, false]);
});

it('forgets nobody who keeps trying, however many others come by', () => {
  const limit = new RateLimit(minute, new ManualClock(), 10);
  limit.spend('bad');
  limit.spend('bad');
  for (let others = 0; others < 1_000; others += 1) {
    limit.spend(`another ${String(others)}`);
    expect(limit.spend('bad').allowed).toBe(false);
  }
});

it('takes a spending back, also of one that is forgotten', () => {
  const limit = new RateLimit(minute, new ManualClock(), 1);
  limit.spend('one');
  limit.spend('one');
  limit.giveBack('one');
  expect([limit.spend('one').allowed, limit.spend('one').allowed]).toEqual([true, false]);
  limit.spend('other');
  limit.giveBack('one');
  expect(limit.spend('one').remaining).toBe(1);
});
