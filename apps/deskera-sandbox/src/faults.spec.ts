import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Partner, type Pair } from './testing/partner.js';

let partner: Partner;
let pair: Pair;

beforeAll(async () => {
  partner = await Partner.start();
});

beforeEach(async () => {
  await partner.control('POST', '/reset');
  pair = await partner.grant({ orgId: '11242' });
});

afterAll(() => partner.sandbox.close());

async function setFault(fault: object): Promise<void> {
  expect((await partner.control('POST', '/faults', fault)).status).toBe(201);
}

/** The code of the network's error, where the call ends without an answer. */
async function networkError(call: Promise<unknown>): Promise<string | undefined> {
  const failure: unknown = await call.then(
    () => new Error('There was an answer.'),
    (error: unknown) => error,
  );
  return (failure as { cause?: { code?: string } }).cause?.code;
}

describe('a fault', () => {
  it('of kind status answers as told, does nothing, and is over after its times', async () => {
    const headers = { 'Retry-After': '7', 'Content-Type': 'text/plain' };
    await setFault({
      operation: 'refresh',
      kind: 'status',
      status: 429,
      body: 'slow down',
      headers,
      times: 2,
    });
    for (const turn of [1, 2]) {
      const { status, text, headers: answered } = await partner.refreshV1(pair.deskeraRefreshToken);
      expect([turn, status, text]).toEqual([turn, 429, 'slow down']);
      expect(answered.get('retry-after')).toBe('7');
    }
    expect((await partner.refreshV1(pair.deskeraRefreshToken)).status).toBe(200);
  });

  it('of kind status has a JSON body where told nothing else', async () => {
    await setFault({ operation: 'validate', kind: 'status', status: 503 });
    const headers = { 'x-access-token': pair.deskeraToken };
    const { status, json } = await partner.call('GET', '/v1/iam/token/app/validate', { headers });
    expect([status, json['httpStatus']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  it('of kind html answers with a gateway’s page', async () => {
    await setFault({ operation: 'resource', kind: 'html' });
    await setFault({ operation: 'resource', kind: 'html', status: 200 });
    const first = await partner.call('GET', '/v1/contacts');
    expect([first.status, first.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect((await partner.call('GET', '/v1/contacts')).status).toBe(200);
    expect((await partner.call('GET', '/v1/contacts')).status).toBe(401);
  });

  it('of kind malformed answers with half of it, and does its work only when told to', async () => {
    await setFault({ operation: 'refresh', kind: 'malformed' });
    await setFault({ operation: 'refresh', kind: 'malformed', acts: true });
    for (const refreshes of [0, 1]) {
      const { status, text } = await partner.refreshV1(pair.deskeraRefreshToken);
      expect(status).toBe(200);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
      expect(await partner.counters()).toMatchObject({ refreshesSucceeded: refreshes });
    }
  });

  it('of kind reset breaks the connection before anything is done', async () => {
    await setFault({ operation: 'refresh', kind: 'reset' });
    expect(await networkError(partner.refreshV1(pair.deskeraRefreshToken))).toBe('ECONNRESET');
    expect(await partner.counters()).toMatchObject({ refreshesSucceeded: 0 });
  });

  it('of kind lost-answer breaks the connection after the work was done', async () => {
    await setFault({ operation: 'refresh', kind: 'lost-answer' });
    expect(await networkError(partner.refreshV1(pair.deskeraRefreshToken))).toBe('ECONNRESET');
    expect(await partner.counters()).toMatchObject({ refreshesSucceeded: 1 });
    expect((await partner.refreshV1(pair.deskeraRefreshToken)).status).toBe(400);
  });

  it('of kind lost-answer spends a code', async () => {
    const code = await partner.codeFromV2();
    await setFault({ operation: 'exchange', kind: 'lost-answer' });
    const exchange = { grant_type: 'authorization_code', code };
    expect(await networkError(partner.token('/v2/oauth/token', exchange))).toBe('ECONNRESET');
    expect((await partner.token('/v2/oauth/token', exchange)).status).toBe(400);
  });

  it('of kind delay answers late, after the work was done', async () => {
    await setFault({ operation: 'refresh', kind: 'delay', delayMilliseconds: 90_000 });
    const before = partner.clock.now();
    expect((await partner.refreshV1(pair.deskeraRefreshToken)).status).toBe(200);
    expect(partner.clock.now() - before).toBe(90_000);
  });

  it('hits one org only where it names one', async () => {
    const other = await partner.grant({ orgId: '64934' });
    await setFault({ operation: 'refresh', kind: 'status', status: 500, orgId: '64934' });
    expect((await partner.refreshV1(pair.deskeraRefreshToken)).status).toBe(200);
    expect((await partner.refreshV1(other.deskeraRefreshToken)).status).toBe(500);
  });

  it('is gone after DELETE', async () => {
    await setFault({ operation: 'validate', kind: 'reset' });
    expect((await partner.control('GET', '/faults')).json['items']).toHaveLength(1);
    expect((await partner.control('DELETE', '/faults')).status).toBe(204);
    expect(await partner.validate(pair.deskeraToken)).toBe(200);
  });
});

describe('a fault of kind timeout', () => {
  it('never answers, until the sandbox closes', async () => {
    const closing = await Partner.start();
    const { deskeraToken } = await closing.grant();
    await closing.control('POST', '/faults', { operation: 'validate', kind: 'timeout' });
    const unanswered = networkError(closing.validate(deskeraToken));
    await untilInFlight(closing);
    await closing.sandbox.close();
    expect(await unanswered).toBe('UND_ERR_SOCKET');
  });

  it('is counted as in flight until the caller gives up', async () => {
    await setFault({ operation: 'validate', kind: 'timeout', times: 3 });
    const { signal, abort } = aborting();
    const headers = { 'x-access-token': pair.deskeraToken };
    const unanswered = [1, 2, 3].map(() =>
      partner.call('GET', '/v1/iam/token/app/validate', { headers, signal }).catch(String),
    );
    await untilInFlight(partner, 3);
    abort();
    await Promise.all(unanswered);
    await untilInFlight(partner, 0);
    expect(await partner.counters()).toMatchObject({
      maxConcurrent: 3,
      orgs: { '11242': { validate: { calls: 3, maxConcurrent: 3, outcomes: { fault_timeout: 3 } } } },
    });
  });
});

function aborting(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** Asks the counters until they show so many validates under way. */
async function untilInFlight(of: Partner, wanted = 1): Promise<void> {
  for (let asked = 0; asked < 500; asked += 1) {
    const { operations } = (await of.counters()) as { operations: { validate?: { inFlight: number } } };
    if (operations.validate?.inFlight === wanted) return;
  }
  throw new Error(`There are never ${String(wanted)} validates in flight.`);
}

describe('setting a fault', () => {
  it.each([
    [{ kind: 'reset' }, 'operation'],
    [{ operation: 'connect', kind: 'reset' }, 'operation'],
    [{ operation: 'refresh' }, 'kind is missing'],
    [{ operation: 'refresh', kind: 'status' }, 'needs a status'],
    [{ operation: 'refresh', kind: 'status', status: 99 }, 'status'],
    [{ operation: 'refresh', kind: 'delay' }, 'delayMilliseconds'],
    [{ operation: 'refresh', kind: 'reset', body: 'x' }, 'body does not go with kind reset'],
    [{ operation: 'refresh', kind: 'not-called' }, 'callback'],
    [{ operation: 'callback', kind: 'reset' }, 'not-called'],
    [{ operation: 'refresh', kind: 'status', status: 500, headers: { 'a b': 'c' } }, 'header name'],
    [{ operation: 'refresh', kind: 'status', status: 500, headers: { a: 'b\r\nc: d' } }, 'headers'],
    [{ operation: 'refresh', kind: 'reset', times: 0 }, 'times'],
    [{ operation: 'refresh', kind: 'reset', often: 2 }, 'often is not a known name'],
  ])('refuses %j', async (fault, message) => {
    const { status, json } = await partner.control('POST', '/faults', fault);
    expect(status).toBe(400);
    expect(json['message']).toContain(message);
  });
});
