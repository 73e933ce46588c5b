import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { every } from './every.js';

describe('every', () => {
  it('calls again and again, until it is ended', () => {
    const clock = new ManualClock();
    let calls = 0;
    const end = every(clock, 100, () => {
      calls += 1;
    });
    clock.advance(99);
    expect(calls).toBe(0);
    for (let time = 0; time < 3; time += 1) clock.advance(100);
    expect(calls).toBe(3);
    end();
    clock.advance(1_000);
    expect(calls).toBe(3);
  });

  it('can be ended by what it calls', () => {
    const clock = new ManualClock();
    let calls = 0;
    const end = every(clock, 100, () => {
      calls += 1;
      end();
    });
    for (let time = 0; time < 3; time += 1) clock.advance(100);
    expect(calls).toBe(1);
  });
});
