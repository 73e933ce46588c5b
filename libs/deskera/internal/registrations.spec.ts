import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { ManualClock, RecordedLogs } from '#kernel/testing';
import type { DeskeraTarget } from '../deskera.js';
import type { GrantOutcome } from '../outcome.js';
import { granted, FakeDeskera, ourFault, passing, refused } from '../testing/index.js';
import { usualOptions } from '../testing/wired-deskera.js';
import { Registrations } from './registrations.js';

const target: DeskeraTarget = { apiVersion: 'v2', apiUrl: 'https://api.deskera.example' };
const [older, newer] = [Secret.of('older-secret'), Secret.of('newer-secret')];
const client = { clientId: 'cl_pub_1', clientSecrets: [older, newer] };
const grant = granted(new FakeDeskera().issueGrant());

let clock: ManualClock;
let logs: RecordedLogs;
let registrations: Registrations;
let tried: string[];
let accepted: readonly Secret[];

beforeEach(() => {
  clock = new ManualClock();
  logs = RecordedLogs.start();
  registrations = new Registrations({ ...usualOptions, credentials: { v1: client, v2: client } }, clock);
  tried = [];
  accepted = [];
});

afterEach(() => {
  logs.stop();
});

function call(otherwise: GrantOutcome = grant, at = target): Promise<GrantOutcome> {
  return registrations.run(at, ({ clientSecret }) => {
    tried.push(clientSecret.reveal());
    return Promise.resolve(accepted.includes(clientSecret) ? otherwise : ourFault('client_refused'));
  });
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

  it('are each tried once where all are refused, then one probe goes out in 30 s', async () => {
    expect(await call()).toMatchObject({ kind: 'our_fault', reason: 'client_refused' });
    expect(tried).toEqual(['older-secret', 'newer-secret']);
    clock.advance(29_999);
    expect(await call()).toMatchObject({ kind: 'our_fault', reason: 'client_refused' });
    expect(tried).toHaveLength(2);
    for (const probe of ['older-secret', 'newer-secret', 'older-secret']) {
      clock.advance(30_000);
      await Promise.all([call(), call(), call()]);
      expect(tried.at(-1)).toBe(probe);
    }
    expect(tried).toHaveLength(5);
  });

  it('raise one alarm, and tell when they are accepted again', async () => {
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
    accepted = [older];
    expect(await call(grant, { ...target, apiUrl: 'https://other.example' })).toBe(grant);
  });
});
