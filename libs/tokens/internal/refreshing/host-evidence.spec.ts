import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '#kernel/testing';
import type { ConnectionLeases } from '#connections';
import { HostEvidence } from './host-evidence.js';

const halfAnHour = 1_800;

let clock: ManualClock;
let evidence: HostEvidence;
let freed: (readonly string[])[];

beforeEach(() => {
  clock = new ManualClock();
  freed = [];
  const endPauses = (ids: readonly string[]): Promise<void> => {
    freed.push(ids);
    return Promise.resolve();
  };
  evidence = new HostEvidence(clock, { endPauses } as ConnectionLeases);
});

function asker(name: number | string, apiVersion: 'v1' | 'v2' = 'v1') {
  return { connectionId: `connection ${String(name)}`, apiUrl: 'https://bifrost.example', apiVersion };
}

describe('the evidence of a host', () => {
  it('needs another connection that does well', () => {
    expect(evidence.othersDoWell(asker('a'), halfAnHour)).toBe(false);
    evidence.didWell(asker('a'));
    expect(evidence.othersDoWell(asker('a'), halfAnHour)).toBe(false);
    evidence.didWell(asker('b'));
    expect(evidence.othersDoWell(asker('a'), halfAnHour)).toBe(true);
  });

  it('is that of the same version and host alone', () => {
    evidence.didWell(asker('b', 'v2'));
    evidence.didWell({ ...asker('c'), apiUrl: 'https://other.example' });
    expect(evidence.othersDoWell(asker('a'), halfAnHour)).toBe(false);
  });

  it('is as young as it has to be, and half an hour old at most', () => {
    evidence.didWell(asker('b'));
    clock.advance(120_000);
    expect(evidence.othersDoWell(asker('a'), 119)).toBe(false);
    expect(evidence.othersDoWell(asker('a'), 121)).toBe(true);
    clock.advance(1_700_000);
    expect(evidence.othersDoWell(asker('a'), 86_400)).toBe(false);
  });

  it('does not count one that was turned down since', () => {
    evidence.didWell(asker('b'));
    clock.advance(1_000);
    evidence.wasDeclined(asker('b'));
    expect(evidence.othersDoWell(asker('a'), halfAnHour)).toBe(false);
  });

  it('counts the others that fall within minutes of one, and it alone is none', () => {
    evidence.wasDeclined(asker('a'));
    expect(evidence.othersFalling(asker('a'))).toBe(0);
    for (const name of ['b', 'c', 'd']) {
      clock.advance(60_000);
      evidence.wasDeclined(asker(name));
    }
    for (const name of ['a', 'b', 'c', 'd']) expect(evidence.othersFalling(asker(name))).toBe(3);
  });

  it('counts none of those that were turned down first at another time', () => {
    for (const name of ['b', 'c', 'd']) evidence.wasDeclined(asker(name));
    clock.advance(601_000);
    for (const name of ['a', 'b', 'c', 'd']) evidence.wasDeclined(asker(name));
    expect(evidence.othersFalling(asker('a'))).toBe(0);
    expect(evidence.othersFalling(asker('b'))).toBe(2);
  });

  it('sees no shared trouble once another one did well after the last of them began', () => {
    evidence.didWell(asker('good'));
    clock.advance(1_000);
    for (const name of ['a', 'b', 'c', 'd']) evidence.wasDeclined(asker(name));
    expect(evidence.othersFalling(asker('a'))).toBe(3);
    clock.advance(1_000);
    evidence.didWell(asker('good'));
    for (const name of ['a', 'b', 'c', 'd']) evidence.wasDeclined(asker(name));
    expect(evidence.othersFalling(asker('a'))).toBe(0);
  });

  it('forgets one that was given up, but not for the minutes in which others may follow it', () => {
    for (const name of ['b', 'c', 'd']) {
      evidence.wasDeclined(asker(name));
      evidence.wasGivenUp(asker(name));
    }
    clock.advance(300_000);
    evidence.wasDeclined(asker('a'));
    expect(evidence.othersFalling(asker('a'))).toBe(3);
    clock.advance(301_000);
    expect(evidence.othersFalling(asker('a'))).toBe(0);
  });

  it('remembers what was turned down for as long as a back-off lasts', () => {
    for (const name of ['a', 'b', 'c']) evidence.wasDeclined(asker(name));
    clock.advance(3 * 3_600_000);
    expect(evidence.othersFalling(asker('a'))).toBe(2);
    clock.advance(1_000);
    expect(evidence.othersFalling(asker('a'))).toBe(0);
  });

  it('is bounded', () => {
    for (let each = 0; each < 5_000; each += 1) evidence.wasDeclined(asker(each));
    expect(evidence.othersFalling(asker('a'))).toBe(2_000);
    for (let each = 0; each < 5_000; each += 1) evidence.didWell(asker(each));
    expect(evidence.othersFalling(asker('a'))).toBe(0);
  });
});

describe('several connections that were turned down', () => {
  beforeEach(() => {
    for (const name of ['a', 'b', 'c', 'd']) evidence.wasDeclined(asker(name));
  });

  it('are tried again, each once, as soon as one of them does well', () => {
    evidence.didWell(asker('a'));
    evidence.didWell(asker('b'));
    expect(freed).toEqual([[asker('b'), asker('c'), asker('d')].map(({ connectionId }) => connectionId)]);
  });

  it('begin again then: a refusal that was under way meanwhile is no evidence', () => {
    clock.advance(60_000);
    evidence.didWell(asker('a'));
    for (const name of ['b', 'c', 'd']) evidence.wasDeclined(asker(name));
    expect(evidence.othersFalling(asker('b'))).toBe(2);
    clock.advance(60_000);
    evidence.didWell(asker('a'));
    expect(evidence.othersFalling(asker('b'))).toBe(0);
  });

  it('are tried again also where some of them were given up for it', () => {
    evidence.wasGivenUp(asker('a'));
    evidence.didWell(asker('a'));
    expect(freed).toEqual([[asker('b'), asker('c'), asker('d')].map(({ connectionId }) => connectionId)]);
  });

  it('are not tried again for one that was never turned down', () => {
    evidence.didWell(asker('healthy'));
    expect(freed).toEqual([]);
  });

  it('are tried again after the next trouble that they share', () => {
    evidence.didWell(asker('a'));
    for (const name of ['a', 'b']) evidence.wasDeclined(asker(name));
    evidence.didWell(asker('a'));
    expect(freed.at(-1)).toEqual([asker('b').connectionId]);
  });

  it('wait each by itself where they are two', () => {
    for (const name of ['c', 'd']) evidence.didWell(asker(name));
    freed = [];
    evidence.didWell(asker('a'));
    expect(freed).toEqual([]);
  });
});
