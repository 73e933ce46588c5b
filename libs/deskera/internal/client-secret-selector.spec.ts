import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { DeskeraTarget } from '../deskera.js';
import type { GrantOutcome } from '../outcome.js';
import { declined, granted, FakeDeskera, ourFault, passing, refused } from '../testing/index.js';
import { usualOptions } from '../testing/wired-deskera.js';
import { ClientSecretSelector } from './client-secret-selector.js';

const target: DeskeraTarget = { apiVersion: 'v2', apiUrl: 'https://api.deskera.example' };
const [older, newer] = [Secret.of('older-secret'), Secret.of('newer-secret')];
const client = { clientId: 'cl_pub_1', clientSecrets: [older, newer] };
const grant = granted(new FakeDeskera().issueGrant());

let clock: ManualClock;
let logs: RecordedLogs;
let registrations: ClientSecretSelector;
let tried: string[];
let accepted: readonly Secret[];
let calls: number;

beforeEach(() => {
  clock = new ManualClock();
  logs = RecordedLogs.start();
  registrations = new ClientSecretSelector(
    { ...usualOptions, credentials: { v1: client, v2: client } },
    clock,
  );
  tried = [];
  accepted = [];
  calls = 0;
});

afterEach(() => {
  logs.stop();
});

/** Each a grant of its own, where nothing else is said. */
function call(otherwise: GrantOutcome = grant, changes: Partial<Call> = {}): Promise<GrantOutcome> {
  calls += 1;
  const { at, subject, operation, refusal } = { ...usualCall(), ...changes };
  return registrations.run({ target: at, subject, operation }, ({ clientSecret }) => {
    tried.push(clientSecret.reveal());
    return Promise.resolve(accepted.includes(clientSecret) ? otherwise : refusal);
  });
}

interface Call {
  readonly at: DeskeraTarget;
  readonly subject: string;
  readonly operation: 'exchange' | 'refresh';
  readonly refusal: GrantOutcome;
}

function usualCall(): Call {
  return {
    at: target,
    subject: `grant ${String(calls)}`,
    operation: 'refresh',
    refusal: ourFault('client_refused'),
  };
}

describe("a client's secrets", () => {
  it('are tried in turn, and the one that works is remembered', async () => {
    accepted = [newer];
    expect(await call()).toBe(grant);
    expect(await call()).toBe(grant);
    expect(tried).toEqual(['older-secret', 'newer-secret', 'newer-secret']);
    accepted = [older];
    await call();
    await call();
    expect(tried.slice(3)).toEqual(['newer-secret', 'older-secret', 'older-secret']);
  });

  it('are known to work where the token is refused, for the client is looked at first', async () => {
    accepted = [newer];
    expect(await call(refused())).toMatchObject({ kind: 'refused' });
    await call();
    expect(tried).toEqual(['older-secret', 'newer-secret', 'newer-secret']);
  });

  it('are not tried further where anything else went wrong', async () => {
    accepted = [older, newer];
    expect(await call(passing('timeout'))).toMatchObject({ reason: 'timeout', definite: false });
    expect(tried).toEqual(['older-secret']);
  });

  it('are each tried once where all are refused to two grants, then one probe goes out in 30 s', async () => {
    expect(await call()).toMatchObject({ kind: 'our_fault', reason: 'client_doubted' });
    expect(await call()).toMatchObject({ kind: 'our_fault', reason: 'client_refused', sent: true });
    expect(tried).toEqual(['older-secret', 'newer-secret', 'older-secret', 'newer-secret']);
    clock.advance(29_999);
    expect(await call()).toMatchObject({ kind: 'our_fault', reason: 'client_refused', sent: false });
    expect(tried).toHaveLength(4);
    for (const probe of ['older-secret', 'newer-secret', 'older-secret']) {
      clock.advance(30_000);
      await Promise.all([call(), call(), call()]);
      expect(tried.at(-1)).toBe(probe);
    }
    expect(tried).toHaveLength(7);
  });

  it('raise one alarm, and tell when they are accepted again', async () => {
    await call();
    await call();
    await call();
    clock.advance(30_000);
    await call();
    expect(logs.of('error')).toEqual([expect.stringContaining('cl_pub_1')]);
    expect(registrations.refusedSince()).toEqual(new Date('2026-01-01T00:00:00Z'));
    accepted = [older, newer];
    clock.advance(30_000);
    expect(await call()).toBe(grant);
    expect(registrations.refusedSince()).toBeNull();
    expect(logs.of('warn')).toHaveLength(1);
    expect(JSON.stringify(logs.lines)).not.toContain('secret-');
    expect(JSON.stringify(logs.lines)).not.toContain('-secret');
  });

  it('of another host are another matter', async () => {
    await call();
    await call();
    accepted = [older];
    expect(await call(grant, { at: { ...target, apiUrl: 'https://other.example' } })).toBe(grant);
  });
});

describe('a bare 401 to every call', () => {
  const bare = declined('401', 'bare');

  it('is a gateway’s while it lasts for less than a minute, however many are told', async () => {
    for (let second = 0; second < 59; second += 1) {
      await call(grant, { refusal: bare });
      await call(grant, { refusal: bare, operation: 'exchange' });
      clock.advance(1_000);
    }
    expect(registrations.refusedSince()).toBeNull();
    accepted = [older];
    expect(await call()).toBe(grant);
  });

  it('is the client’s where it lasts, so that a refused client is told in the end', async () => {
    for (let times = 0; times < 4; times += 1) {
      await call(grant, { refusal: bare });
      clock.advance(21_000);
    }
    expect(registrations.refusedSince()).not.toBeNull();
  });

  it('is tried with the next secret', async () => {
    accepted = [newer];
    expect(await call(grant, { refusal: bare })).toBe(grant);
  });
});

describe("one grant's 401", () => {
  const unclear = declined('401 unauthorized', 'enveloped');

  it.each([
    ['in unclear words', unclear],
    ['in the words for a refused client', ourFault('client_refused')],
  ])('holds up no call of another grant, however often it comes %s', async (_words, refusal) => {
    for (let round = 0; round < 20; round += 1) {
      accepted = [];
      const outcome = await call(grant, { subject: 'disabled', refusal });
      expect(outcome).not.toMatchObject({ kind: 'granted' });
      accepted = [older];
      for (let other = 0; other < 25; other += 1) expect(await call()).toBe(grant);
      clock.advance(7_000);
    }
    expect(logs.of('error')).toEqual([]);
    expect(registrations.refusedSince()).toBeNull();
  });

  it('holds up no other call even where it alone was heard for long', async () => {
    for (let round = 0; round < 5; round += 1) {
      await call(grant, { subject: 'disabled' });
      clock.advance(31_000);
    }
    expect(registrations.holdsBack(target)).toBe(false);
    accepted = [older];
    expect(await call()).toBe(grant);
    expect(registrations.refusedSince()).toBeNull();
  });

  it('in the words for a refused client is borne out by a second moment', async () => {
    expect(await call(grant, { subject: 'only' })).toMatchObject({ reason: 'client_doubted' });
    clock.advance(10_000);
    expect(await call(grant, { subject: 'only' })).toMatchObject({ reason: 'client_doubted' });
    expect(logs.of('error')).toEqual([]);
    clock.advance(20_000);
    expect(await call(grant, { subject: 'only' })).toMatchObject({ reason: 'client_refused' });
    expect(logs.of('error')).toHaveLength(1);
  });

  it('is forgotten with the next success', async () => {
    await call();
    accepted = [older];
    await call();
    accepted = [];
    expect(await call()).toMatchObject({ reason: 'client_doubted' });
    expect(registrations.refusedSince()).toBeNull();
  });

  it('in unclear words stays as it was said, and four in a row are about the client', async () => {
    for (let other = 0; other < 3; other += 1)
      expect(await call(grant, { refusal: unclear })).toEqual(unclear);
    expect(await call(grant, { refusal: unclear })).toMatchObject({ reason: 'client_refused' });
    expect(registrations.holdsBack(target)).toBe(true);
  });

  it('does not keep the next connect waiting where it came to an exchange', async () => {
    const first = await call(grant, { operation: 'exchange' });
    expect(first).toMatchObject({ kind: 'our_fault', reason: 'client_refused', sent: true });
    expect(logs.of('error')).toHaveLength(1);
    accepted = [older];
    expect(await call(grant, { operation: 'exchange' })).toBe(grant);
    expect(registrations.refusedSince()).toBeNull();
  });
});

describe('codes of one person', () => {
  it.each([
    ['in unclear words', declined('401 unauthorized', 'enveloped')],
    ['bare', declined('401', 'bare')],
  ])('that are turned down %s hold up nobody else, however many they are', async (_words, refusal) => {
    for (let code = 0; code < 20; code += 1) {
      expect(await call(grant, { operation: 'exchange', refusal })).toEqual(refusal);
      clock.advance(21_000);
    }
    expect(registrations.refusedSince()).toBeNull();
    accepted = [older];
    expect(await call(grant, { operation: 'exchange' })).toBe(grant);
    expect(await call()).toBe(grant);
  });

  it('are one witness beside the grants that are turned down', async () => {
    const refusal = declined('401 unauthorized', 'enveloped');
    for (let code = 0; code < 5; code += 1) await call(grant, { operation: 'exchange', refusal });
    for (let other = 0; other < 2; other += 1) expect(await call(grant, { refusal })).toEqual(refusal);
    expect(await call(grant, { refusal })).toMatchObject({ reason: 'client_refused' });
  });
});

describe('a probe', () => {
  it('goes to a grant that was not refused yet, before those that were', async () => {
    await call(grant, { subject: 'first' });
    await call(grant, { subject: 'second' });
    clock.advance(30_000);
    expect(await call(grant, { subject: 'first' })).toMatchObject({ sent: false });
    accepted = [older];
    expect(await call(grant, { subject: 'third' })).toBe(grant);
  });

  it('goes to one that was refused where no other comes', async () => {
    await call(grant, { subject: 'first' });
    await call(grant, { subject: 'second' });
    clock.advance(45_000);
    accepted = [older];
    expect(await call(grant, { subject: 'first' })).toBe(grant);
  });
});
