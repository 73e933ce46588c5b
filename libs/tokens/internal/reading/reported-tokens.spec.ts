import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeDeskera, ourFault, passing } from '#deskera/testing';
import type { TenantId } from '#kernel';
import { idleMilliseconds } from '#kernel/testing';
import { ConnectionReads } from '#connections';
import { connectTenant, openTestReplica, randomTenant, type TestReplica } from '#tokens/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/postgres/index.js';
import { DeskeraTokens } from '../../deskera-token.js';
import { TokenRejections, type RejectionAnswer } from '../../token-rejections.js';

let database: TestDatabase;
let deskera: FakeDeskera;
let replicas: TestReplica[];
let tenantId: TenantId;
let checksBefore: number;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  deskera = new FakeDeskera({ now: () => new Date() });
  const options = { databaseUrl: database.url, deskera, tokens: { timeoutSeconds: 2 } };
  replicas = await Promise.all([openTestReplica(options), openTestReplica(options)]);
  tenantId = randomTenant();
  await connectTenant(replica(0), deskera, { tenantId });
  checksBefore = deskera.callsOf('validate').length;
});

afterEach(async () => {
  await Promise.all(replicas.map((each) => each.close()));
});

describe('a report that Deskera refused a token', () => {
  it('that is bad costs one check and one refresh, however many report it on all replicas', async () => {
    const fingerprint = await fingerprintNow();
    deskera.grants.expire('11242');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => report(index % 2, fingerprint)),
    );
    expect(checks()).toBe(1);
    expect(deskera.callsOf('refresh')).toHaveLength(1);
    // Those who come when it is done already report an old one.
    expect(answers[0]?.outcome).toBe('refreshed');
    expect(answers.map(({ outcome }) => outcome)).not.toContain('still_valid');
    expect(new Set(answers.map(({ token }) => token.fingerprint)).size).toBe(1);
    expect(answers[0]?.token.fingerprint).not.toBe(fingerprint);
    // Who comes late has an old one: nothing is asked any more.
    expect(await report(1, fingerprint)).toMatchObject({ outcome: 'replaced' });
    expect(checks()).toBe(1);
  });

  it('that is good says so, and changes nothing', async () => {
    const fingerprint = await fingerprintNow();
    expect(await report(0, fingerprint)).toMatchObject({ outcome: 'still_valid', token: { fingerprint } });
    expect(deskera.callsOf('refresh')).toHaveLength(0);
  });

  it('that nobody knows asks nobody', async () => {
    expect(await report(0, '0000000000000000')).toMatchObject({ outcome: 'replaced' });
    expect(checks()).toBe(0);
  });

  it('is refused while Deskera can not be asked', async () => {
    const fingerprint = await fingerprintNow();
    deskera.answerNext('validate', passing('server_error'));
    await expect(report(0, fingerprint)).rejects.toMatchObject({
      code: 'deskera_unavailable',
      retryAfterSeconds: expect.any(Number),
    });
  });

  it('is refused where the limit of checks is reached', async () => {
    const fingerprint = await fingerprintNow();
    const from = performance.now();
    const answers: RejectionAnswer[] = [];
    const refusal = await reportUntilRefused(fingerprint, answers);
    const seconds = Math.ceil((performance.now() - from) / 1000);
    expect(refusal).toMatchObject({ code: 'deskera_unavailable', retryAfterSeconds: 10 });
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['still_valid']));
    // Ten at once, and one more for each second that has passed since.
    expect(checks()).toBe(answers.length);
    expect(answers.length).toBeGreaterThanOrEqual(10);
    expect(answers.length).toBeLessThanOrEqual(10 + seconds);
  });

  it('that is bad is never served again, where no other could be had', async () => {
    const fingerprint = await fingerprintNow();
    deskera.grants.expire('11242');
    deskera.answerNext('refresh', ourFault());
    await expect(report(0, fingerprint)).rejects.toMatchObject({ code: 'deskera_client_refused' });
    deskera.answerNext('refresh', passing('server_error'));
    await expect(get(0)).rejects.toMatchObject({ code: 'deskera_unavailable' });
  });

  it('whose grant is dead is told as that', async () => {
    const fingerprint = await fingerprintNow();
    deskera.grants.revoke('11242');
    await expect(report(0, fingerprint)).rejects.toMatchObject({
      code: 'reconnect_required',
      extensions: { reason: 'grant_revoked' },
    });
  });
});

describe('a report while the database does not answer', () => {
  it('is answered in the time that callers are promised, with the request to come again', async () => {
    const fingerprint = await fingerprintNow();
    replica(0).get(ConnectionReads).servable = () => new Promise(() => undefined);
    const took = await idleMilliseconds(async () => {
      await expect(report(0, fingerprint)).rejects.toMatchObject({ code: 'broker_unavailable' });
    });
    expect(took).toBeLessThan(4_000);
  });
});

function replica(index: number): TestReplica {
  const found = replicas[index];
  if (found === undefined) throw new Error('there is no such replica');
  return found;
}

function report(index: number, fingerprint: string): Promise<RejectionAnswer> {
  return replica(index).get(TokenRejections).report({ tenantId, orgId: null, fingerprint });
}

/** Reports over both replicas in turn, until one of them refuses. */
async function reportUntilRefused(fingerprint: string, answers: RejectionAnswer[]): Promise<unknown> {
  try {
    for (;;) answers.push(await report(answers.length % replicas.length, fingerprint));
  } catch (error) {
    return error;
  }
}

function get(index: number) {
  const request = { tenantId, orgId: null, minTtlSeconds: 30, maxVerifiedAgeSeconds: null };
  return replica(index).get(DeskeraTokens).get(request);
}

async function fingerprintNow(): Promise<string> {
  return (await get(0)).fingerprint;
}

function checks(): number {
  return deskera.callsOf('validate').length - checksBefore;
}
