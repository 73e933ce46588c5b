import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GrantOutcome } from '#deskera';
import { ourFault, passing, refused } from '#deskera/testing';
import { Failure } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { openConnectBench, type AtDeskera, type ConnectBench } from '../testing/index.js';

let database: TestDatabase;
let bench: ConnectBench;
let at: AtDeskera;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  bench = await openConnectBench(database.url);
  at = await bench.atDeskera();
});

afterEach(async () => {
  expect(bench.slots.taken).toBe(0);
  await bench.close();
});

const stored = { kind: 'stored' };
const failing = (code: string) => ({ kind: 'failed', failure: { code } });
const standing = () => bench.sessions.status(bench.tenantId, at.sessionId);

describe('an exchange that was sent', () => {
  it.each<[string, GrantOutcome, string]>([
    ['refused', refused(), 'code_exchange_failed'],
    ['refused for our client', ourFault('client_refused'), 'deskera_client_refused'],
    ['refused for our request', ourFault('bad_request'), 'code_exchange_failed'],
    ['not answered', passing('timeout'), 'deskera_unavailable'],
    ['failed', passing('server_error'), 'deskera_unavailable'],
  ])('and %s spends the state', async (_, outcome, code) => {
    bench.deskera.answerNext('exchange', outcome);
    expect(await bench.callBack(at)).toMatchObject(failing(code));
    expect(await bench.callBack(at)).toMatchObject(failing(code));
    expect(await bench.callBack(at, { code: 'another' })).toMatchObject(failing('state_already_used'));
    expect(bench.deskera.calls).toHaveLength(1);
    expect(await standing()).toMatchObject({ status: 'failed', code });
  });

  it('and failed leaves the link open for another try', async () => {
    bench.deskera.answerNext('exchange', refused());
    await bench.callBack(at);
    expect(await bench.callBack({ ...at, ...(await bench.open(at.linkId)) })).toMatchObject(stored);
    expect(await standing()).toMatchObject({ status: 'connected', code: null });
  });

  it('tells when it was sent and answered, and how long its activation may take', async () => {
    await bench.callBack(at);
    const [request] = bench.adopter.requests;
    expect(request?.arrivedAtMilliseconds).toBeGreaterThanOrEqual(request?.sentAtMilliseconds ?? Infinity);
    expect(request?.activationSeconds).toBeGreaterThan(800);
    expect(request?.activationSeconds).toBeLessThanOrEqual(900);
  });

  it('and whose grant can not be stored yet leaves the outcome open', async () => {
    bench.adopter.failure = new Failure('broker_unavailable', 'Not now.');
    expect(await bench.callBack(at)).toMatchObject(failing('broker_unavailable'));
    expect(await standing()).toMatchObject({ status: 'pending' });
  });

  it('is waited for when the application stops', async () => {
    const held = bench.deskera.holdNext('exchange');
    const callback = bench.callBack(at);
    await held.arrived;
    let stopped = false;
    const stopping = bench.exchange.beforeApplicationShutdown().then(() => {
      stopped = true;
    });
    await standing();
    expect(stopped).toBe(false);
    held.release();
    await stopping;
    expect(await callback).toMatchObject(stored);
  });
});

describe('an exchange that Deskera put off', () => {
  it.each(['rate_limited', 'server_error'] as const)(
    '(%s, with Retry-After) spends nothing',
    async (reason) => {
      bench.deskera.answerNext('exchange', passing(reason, 9));
      expect(await bench.callBack(at)).toMatchObject({
        failure: { code: 'deskera_unavailable', retryAfterSeconds: 9 },
      });
      expect(await bench.callBack(at)).toMatchObject(stored);
    },
  );
});

describe('an exchange that was not sent', () => {
  it.each(['not_sent', 'breaker_open', 'connection_failed'] as const)(
    '(%s) spends nothing',
    async (reason) => {
      bench.deskera.answerNext('exchange', passing(reason, 7));
      const result = await bench.callBack(at);
      expect(result).toMatchObject({ failure: { code: 'deskera_unavailable', retryAfterSeconds: 7 } });
      expect(await standing()).toMatchObject({ status: 'pending' });
      expect(await bench.callBack(at)).toMatchObject(stored);
    },
  );

  it('because the stored session names a host that is not trusted spends nothing', async () => {
    const elsewhere = await openConnectBench(database.url, {
      options: { apiUrl: 'https://attacker.example' },
    });
    const there = await elsewhere.atDeskera();
    await elsewhere.close();
    expect(await bench.callBack(there)).toMatchObject(failing('broker_unavailable'));
    expect(bench.deskera.calls).toHaveLength(0);
  });

  it('for want of a slot spends nothing', async () => {
    bench.slots.full = true;
    expect(await bench.callBack(at)).toMatchObject(failing('deskera_unavailable'));
    expect(bench.deskera.calls).toHaveLength(0);
    bench.slots.full = false;
    expect(await bench.callBack(at)).toMatchObject(stored);
  });
});
