import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure, randomToken, Secret, type ApiVersion } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import {
  expireSession,
  openConnectBench,
  type AtDeskera,
  type ConnectBench,
  type Said,
} from '../testing/index.js';

let database: TestDatabase;
let bench: ConnectBench;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  bench = await openConnectBench(database.url);
});

afterEach(async () => {
  await bench.close();
});

const stored = { kind: 'stored' };
const failing = (code: string) => ({
  kind: 'failed',
  failure: { code },
  session: { returnTo: expect.stringContaining(`status=failed&code=${code}`) },
});

/** The person who comes back is told how the session stands. */
const connectedAlready = {
  kind: 'failed',
  failure: { code: 'state_already_used' },
  session: { returnTo: expect.stringMatching(/\?session=[\w-]{22}&status=connected$/) },
};

const standing = (at: AtDeskera) => bench.sessions.status(bench.tenantId, at.sessionId);
const exchanges = () => bench.deskera.callsOf('exchange');

describe.each<ApiVersion>(['v1', 'v2'])('a callback of %s', (apiVersion) => {
  it('stores the grant that the code is traded for', async () => {
    const at = await bench.atDeskera({ apiVersion, org: '11242' });
    expect(await bench.callBack(at)).toEqual({
      kind: 'stored',
      session: {
        apiVersion,
        returnTo: `https://broker.example/connected?session=${at.sessionId}&status=connected`,
      },
    });
    expect(exchanges()).toMatchObject([{ target: { apiVersion, apiUrl: 'https://api.deskera.example' } }]);
    expect(exchanges()[0]?.sent.reveal()).toBe(at.code);
    expect(bench.adopter.requests).toMatchObject([{ tenantId: bench.tenantId, requiredOrgId: '11242' }]);
    const org = { id: '11242', name: 'Singapore Org' };
    expect(await standing(at)).toEqual({
      status: 'connected',
      code: null,
      connectionId: expect.any(String),
      org,
    });
  });

  it('that comes again repeats the outcome without a second exchange', async () => {
    const at = await bench.atDeskera({ apiVersion });
    const first = await bench.callBack(at);
    expect(await bench.callBack(at)).toEqual(first);
    expect(exchanges()).toHaveLength(1);
  });

  it('that comes several times at once makes one exchange, whichever replica takes it', async () => {
    const other = await openConnectBench(database.url, { deskera: bench.deskera });
    const at = await bench.atDeskera({ apiVersion });
    const results = await Promise.all([bench, other, bench, other].map((replica) => replica.callBack(at)));
    expect(results).toEqual(results.map(() => expect.objectContaining(stored)));
    expect(exchanges()).toHaveLength(1);
    await other.close();
  });

  it('with another code is refused, also while the first exchange runs', async () => {
    const at = await bench.atDeskera({ apiVersion });
    const held = bench.deskera.holdNext('exchange');
    const first = bench.callBack(at);
    await held.arrived;
    expect(await bench.callBack(at, { code: 'another' })).toMatchObject(failing('state_already_used'));
    held.release();
    expect(await first).toMatchObject(stored);
    expect(await bench.callBack(at, { code: 'another' })).toMatchObject(connectedAlready);
  });

  it('with a denial ends the session', async () => {
    const at = await bench.atDeskera({ apiVersion });
    expect(await bench.callBack(at, { error: 'access_denied' })).toMatchObject(failing('access_denied'));
    expect(await bench.callBack(at)).toMatchObject(failing('access_denied'));
    expect(exchanges()).toHaveLength(0);
    expect(await standing(at)).toMatchObject({ status: 'failed', code: 'access_denied' });
    await expect(bench.open(at.linkId)).rejects.toMatchObject({ code: 'link_expired' });
  });

  it.each([
    ['server_error', 'deskera_unavailable'],
    ['temporarily_unavailable', 'deskera_unavailable'],
    ['invalid_request', 'deskera_client_refused'],
    ['unauthorized_client', 'deskera_client_refused'],
    ['login_required', 'code_exchange_failed'],
    ['an_error_of_tomorrow', 'code_exchange_failed'],
  ])(
    'with %s is no denial: the service is told, and the state and the link stay usable',
    async (error, code) => {
      const at = await bench.atDeskera({ apiVersion });
      expect(await bench.callBack(at, { error })).toMatchObject(failing(code));
      expect(await standing(at)).toMatchObject({ status: 'failed', code });
      await bench.open(at.linkId);
      expect(await bench.callBack(at)).toMatchObject(stored);
      expect(await standing(at)).toMatchObject({ status: 'connected', code: null });
    },
  );

  it('with an error after the connect completed takes nothing from it', async () => {
    const at = await bench.atDeskera({ apiVersion });
    const second = { ...at, ...(await bench.open(at.linkId, at.browserId)) };
    await bench.callBack(at);
    await bench.callBack(second, { error: 'access_denied' });
    await bench.callBack(second, { error: 'login_required' });
    expect(await standing(at)).toMatchObject({ status: 'connected', code: null });
  });

  it('without a code is missing_code, and spends nothing', async () => {
    const at = await bench.atDeskera({ apiVersion });
    expect(await bench.callBack(at, {})).toMatchObject(failing('missing_code'));
    expect(await bench.callBack(at)).toMatchObject(stored);
  });

  it('in an expired session is state_expired', async () => {
    const at = await bench.atDeskera({ apiVersion });
    await expireSession(database.url, at.sessionId);
    expect(await bench.callBack(at)).toMatchObject(failing('state_expired'));
    expect(exchanges()).toHaveLength(0);
  });

  it('through a second opening after the first completed is state_already_used', async () => {
    const at = await bench.atDeskera({ apiVersion });
    const second = { ...at, ...(await bench.open(at.linkId)) };
    expect(await bench.callBack(at)).toMatchObject(stored);
    expect(await bench.callBack(second)).toMatchObject(connectedAlready);
    expect(exchanges()).toHaveLength(1);
  });

  it.each(['org_mismatch', 'org_connected_elsewhere', 'connect_superseded', 'code_exchange_failed'] as const)(
    'whose grant is not adopted tells and repeats %s',
    async (code) => {
      const at = await bench.atDeskera({ apiVersion });
      bench.adopter.failure = new Failure(code, 'Why not.');
      expect(await bench.callBack(at)).toMatchObject(failing(code));
      expect(await bench.callBack(at)).toMatchObject(failing(code));
      expect(exchanges()).toHaveLength(1);
      expect(await standing(at)).toMatchObject({ status: 'failed', code });
    },
  );
});

describe('a callback that is not ours', () => {
  const said = { code: 'Ag78aIu', state: '65289', error: undefined, browserIds: [] };

  it.each([
    ['unknown_state', said],
    ['unknown_state', { ...said, state: randomToken().padEnd(44, 'x') }],
    ['unknown_state', { ...said, code: undefined, error: 'access_denied' }],
    ['missing_state', { ...said, state: undefined }],
    ['missing_state', { ...said, state: undefined, code: undefined, error: 'access_denied' }],
    ['missing_code', { ...said, code: undefined }],
    ['invalid_request', { ...said, code: ['a', 'b'] }],
  ])('is %s: %j', async (code, callback) => {
    const result = await bench.callbacks.handle(callback);
    expect(result).toMatchObject({ kind: 'failed', failure: { code }, session: null });
  });

  it('never has its values in what is told', async () => {
    const result = await bench.callbacks.handle({ ...said, code: 'the-code', state: 'the-state' });
    const failure = result.kind === 'failed' ? result.failure : null;
    expect(`${failure?.message ?? ''} ${failure?.internal ?? ''}`).not.toMatch(/the-(code|state)/);
  });
});

describe('two tabs of a fresh browser', () => {
  it('both end with the connect that one of them completed, in V2', async () => {
    const first = await bench.atDeskera({ apiVersion: 'v2' });
    const second = { ...first, ...(await bench.open(first.linkId)) };
    const browserIds = [second.browserId, first.browserId];
    const callBack = (at: AtDeskera) =>
      bench.callbacks.handle({ code: at.code, error: undefined, state: at.state, browserIds });
    const held = bench.deskera.holdNext('exchange');
    const earlier = callBack(first);
    await held.arrived;
    const later = callBack({ ...second, code: bench.deskera.issueCode().reveal() });
    held.release();
    const results = await Promise.all([earlier, later]);
    for (const { session } of results) expect(session?.returnTo).toMatch(/&status=connected$/);
    expect(await standing(first)).toMatchObject({ status: 'connected' });
  });
});

describe('another browser', () => {
  const stranger = Secret.of(randomToken());

  it.each<[string, Said]>([
    ['with a code', { code: 'Ag78aIu', browserId: stranger }],
    ['with a denial', { error: 'access_denied', browserId: stranger }],
    ['without a cookie', { code: 'Ag78aIu', browserId: null }],
  ])('in V2 %s is wrong_browser, and spends nothing', async (_, said) => {
    const at = await bench.atDeskera({ apiVersion: 'v2' });
    expect(await bench.callBack(at, said)).toMatchObject(failing('wrong_browser'));
    expect(exchanges()).toHaveLength(0);
    expect(await bench.callBack(at)).toMatchObject(stored);
  });

  it('in V1 is Deskera itself', async () => {
    const at = await bench.atDeskera({ apiVersion: 'v1' });
    expect(await bench.callBack({ ...at, browserId: stranger })).toMatchObject(stored);
  });
});
