import { describe, expect, it } from '@jest/globals';
import type { Answer, Silence } from './caller.js';
import { Findings } from './findings.js';
import { judgeOutcome } from './outcome-judge.js';

const silence: Silence = { failure: 'connect ECONNREFUSED', from: 1_000, to: 1_010 };
const answer: Answer = {
  status: 200,
  json: { deskeraToken: 'a token' },
  location: null,
  cookie: null,
  type: 'application/json',
  retryAfter: null,
  from: 1_000,
  to: 1_010,
};

describe('a call', () => {
  it('that was answered as promised is no finding', () => {
    expect(found(answer, { ran: true })).toEqual([]);
  });

  it('without an answer is one where the broker ran through all of it', () => {
    expect(found(silence, { ran: true })).toEqual([
      'noAnswer: replica-0.1 took 10 ms from 1970-01-01T00:00:01.000Z for GET /path: connect ECONNREFUSED',
    ]);
  });

  it('that blames the client is one: Deskera never refuses it here', () => {
    const blaming = { ...answer, json: { deskeraToken: 'a token', degraded: 'client_refused' } };
    expect(found(blaming, { ran: true }).map((line) => line.split(':')[0])).toEqual(['clientBlamed']);
  });

  it('that breaks while its replica stops in order counts from the third one on', () => {
    const reset: Silence = { ...silence, failure: 'read ECONNRESET' };
    const findings = new Findings();
    const replica = { lifeName: 'replica-0.1', ranThrough: () => false, wasStopping: () => true };
    for (let times = 0; times < 3; times += 1) judgeOutcome(findings, replica, 'GET /path', reset, () => 1);
    expect(findings.count('brokenWhileStopping')).toBe(1);
  });

  it('is late where nobody waits for its answer any more', () => {
    const findings = found({ ...silence, to: 26_000 }, { ran: true });
    expect(findings.map((line) => line.split(':')[0])).toEqual(['lateAnswer', 'noAnswer']);
  });

  it('may take longer on a machine that is slower', () => {
    const late = { ...answer, to: 26_000 };
    expect(found(late, { ran: true, slowness: 6 })).toEqual([]);
    expect(found(late, { ran: true, slowness: 5 })).toHaveLength(1);
  });

  it('is excused, late or without an answer, where the broker did not run through all of it', () => {
    expect(found({ ...silence, to: 26_000 }, { ran: false })).toEqual([]);
    expect(found({ ...answer, to: 26_000 }, { ran: false })).toEqual([]);
  });
});

function found(
  outcome: Answer | Silence,
  { ran, slowness = 1 }: { readonly ran: boolean; readonly slowness?: number },
): readonly string[] {
  const findings = new Findings();
  judgeOutcome(
    findings,
    { lifeName: 'replica-0.1', ranThrough: () => ran, wasStopping: () => false },
    'GET /path',
    outcome,
    () => slowness,
  );
  return findings.evidence;
}
