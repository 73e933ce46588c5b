import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import { RefusalSample, refusedSample } from './refusal-sample.js';

let clock: ManualClock;
let sample: RefusalSample;

beforeEach(() => {
  clock = new ManualClock();
  sample = new RefusalSample(clock, refusedSample);
});

function written(times: number, addressOf: (index: number) => string): number {
  return Array.from({ length: times }, (_, index) => sample.next(addressOf(index))).filter(
    ({ isWritten }) => isWritten,
  ).length;
}

describe('refused requests', () => {
  it('of one address have a line for the first twenty of a minute', () => {
    expect(written(10_000, () => '192.0.2.1')).toBe(20);
    expect(written(5, () => '192.0.2.2')).toBe(5);
  });

  it('of all addresses have at most two hundred lines a minute', () => {
    expect(written(10_000, String)).toBe(200);
  });

  it('have lines again in the next minute, with the number of those that had none', () => {
    written(100, () => '192.0.2.1');
    clock.advance(60_000);
    expect(sample.next('192.0.2.1')).toEqual({ isWritten: true, leftOut: 80 });
    expect(sample.next('192.0.2.1')).toEqual({ isWritten: true, leftOut: 0 });
  });
});
