import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseTenantId, randomToken, Secret } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../../test/postgres/index.js';
import { expireSession, openConnectBench, type AtDeskera, type ConnectBench } from '../testing/index.js';

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

const stranger = Secret.of(randomToken());

async function callBack(at: AtDeskera): Promise<void> {
  expect((await bench.callBack(at)).kind).toBe('stored');
}

const standing = ({ sessionId }: AtDeskera) => bench.sessions.status(bench.tenantId, sessionId);

/** A later connect of the same tenant and org. */
async function connectAgain(): Promise<void> {
  await callBack(await bench.atDeskera());
}

describe('a session', () => {
  it('is pending, with a link that expires', async () => {
    const started = await bench.sessions.start({ tenantId: bench.tenantId });
    expect(started.connectUrl).toMatch(/^https:\/\/broker\.example\/connect\/[A-Za-z0-9_-]{44}$/);
    expect(started.expiresAt.getTime()).toBeGreaterThan(0);
    expect(await bench.sessions.status(bench.tenantId, started.sessionId)).toEqual({
      status: 'pending',
      code: null,
      connectionId: null,
      org: null,
    });
  });

  it.each(['status', 'confirm'] as const)("is nobody else's business: %s", async (call) => {
    const at = await bench.atDeskera();
    const other = parseTenantId('other');
    const notFound = { code: 'connect_session_not_found' };
    await expect(bench.sessions[call](other, at.sessionId)).rejects.toMatchObject(notFound);
    await expect(bench.sessions[call](bench.tenantId, 'a'.repeat(22))).rejects.toMatchObject(notFound);
    await expect(bench.sessions[call](bench.tenantId, at.linkId.reveal())).rejects.toMatchObject(notFound);
  });
});

describe('a link', () => {
  it('gives each opening a state of its own, and keeps the browser that has one', async () => {
    const at = await bench.atDeskera();
    const again = await bench.open(at.linkId, at.browserId);
    expect(again.state).not.toBe(at.state);
    expect(again.browserId.reveal()).toBe(at.browserId.reveal());
  });

  it('takes no cookie that is not one of ours', async () => {
    const at = await bench.atDeskera({}, Secret.of('chosen-by-somebody'));
    expect(at.browserId.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('shows its label first, and begins nothing', async () => {
    const at = await bench.atDeskera({ label: 'Acme' });
    const opened = await bench.links.open({ linkId: at.linkId, browserIds: [], labelProof: null });
    expect(opened).toMatchObject({ kind: 'label', label: 'Acme' });
  });

  it.each(['yes', 'no cookie', "another browser's proof", "another link's proof"])(
    'shows its label again where nothing proves that this browser saw it: %s',
    async (what) => {
      const [at, other] = [
        await bench.atDeskera({ label: 'Acme' }),
        await bench.atDeskera({ label: 'Else' }),
      ];
      const look = async (linkId: Secret, browserIds: readonly Secret[] = []) => {
        const opened = await bench.links.open({ linkId, browserIds, labelProof: null });
        if (opened.kind !== 'label') throw new Error('it shows no label');
        return opened;
      };
      const seen = await look(at.linkId);
      const ours = [seen.browserId];
      const elsewhere = await look(other.linkId, ours);
      const tries: Record<string, { browserIds: readonly Secret[]; labelProof: string }> = {
        yes: { browserIds: ours, labelProof: 'yes' },
        'no cookie': { browserIds: [], labelProof: seen.labelProof },
        "another browser's proof": { browserIds: [stranger], labelProof: seen.labelProof },
        "another link's proof": { browserIds: ours, labelProof: elsewhere.labelProof },
      };
      const tried = tries[what];
      if (tried === undefined) throw new Error(what);
      expect(await bench.links.open({ linkId: at.linkId, ...tried })).toMatchObject({ kind: 'label' });
      const proven = { linkId: at.linkId, browserIds: [stranger, ...ours], labelProof: seen.labelProof };
      expect(await bench.links.open(proven)).toMatchObject({ kind: 'auth_page', browserId: seen.browserId });
    },
  );

  it('says where V1 sends the browser in the end', async () => {
    const { authPage } = await bench.atDeskera({ redirectUri: 'https://app.example/done' });
    expect(authPage.searchParams.get('redirect_uri')).toMatch(
      /^https:\/\/app\.example\/done\?session=[\w-]{22}&status=connected$/,
    );
  });

  it.each(['a'.repeat(44), 'short', ''])('that never was (%s) is as one that expired', async (linkId) => {
    await expect(bench.links.peek(Secret.of(linkId))).rejects.toMatchObject({ code: 'link_expired' });
  });

  it('opens no more once it expired', async () => {
    const at = await bench.atDeskera();
    await expireSession(database.url, at.sessionId);
    await expect(bench.open(at.linkId)).rejects.toMatchObject({ code: 'link_expired' });
  });

  it('opens no more once a connect completed through it', async () => {
    const at = await bench.atDeskera();
    await bench.links.peek(at.linkId);
    await callBack(at);
    await expect(bench.links.peek(at.linkId)).rejects.toMatchObject({ code: 'link_expired' });
    await expect(bench.open(at.linkId)).rejects.toMatchObject({ code: 'link_expired' });
  });
});

describe('activation by confirmation', () => {
  const request = { activation: 'confirm' } as const;

  it('shows the org first, then connects; once more changes nothing', async () => {
    const at = await bench.atDeskera(request);
    await callBack(at);
    const org = { id: '11242', name: 'Singapore Org' };
    expect(await standing(at)).toMatchObject({ status: 'awaiting_activation', org });
    expect(await bench.sessions.confirm(bench.tenantId, at.sessionId)).toMatchObject({
      status: 'connected',
      org,
    });
    expect(await bench.sessions.confirm(bench.tenantId, at.sessionId)).toMatchObject({ status: 'connected' });
    expect(bench.adopter.activations).toHaveLength(1);
    expect(await standing(at)).toMatchObject({ status: 'connected' });
  });

  it.each(['pending', 'callback'])('needs something to confirm: %s', async (what) => {
    const at = await bench.atDeskera(what === 'pending' ? request : {});
    if (what === 'callback') await callBack(at);
    const confirmed = bench.sessions.confirm(bench.tenantId, at.sessionId);
    await expect(confirmed).rejects.toMatchObject({ code: 'connect_session_not_awaiting' });
  });

  it('comes too late after the session expired, but a confirmed one stays', async () => {
    const [late, timely] = [await bench.atDeskera({ ...request }), await bench.atDeskera({ ...request })];
    await callBack(late);
    await expireSession(database.url, late.sessionId);
    const confirmed = bench.sessions.confirm(bench.tenantId, late.sessionId);
    await expect(confirmed).rejects.toMatchObject({ code: 'state_expired' });
    expect(await standing(late)).toMatchObject({ status: 'expired', connectionId: null, org: null });

    await callBack(timely);
    await bench.sessions.confirm(bench.tenantId, timely.sessionId);
    await expireSession(database.url, timely.sessionId);
    expect(await bench.sessions.confirm(bench.tenantId, timely.sessionId)).toMatchObject({
      status: 'connected',
    });
  });

  it('comes too late after a newer connect', async () => {
    const at = await bench.atDeskera(request);
    await callBack(at);
    await connectAgain();
    const confirmed = bench.sessions.confirm(bench.tenantId, at.sessionId);
    await expect(confirmed).rejects.toMatchObject({ code: 'connect_superseded' });
  });
});

describe('activation by the browser', () => {
  const request = { activation: 'browser', redirectUri: 'https://app.example/done' } as const;
  const landed = (at: AtDeskera, status: string) =>
    `https://app.example/done?session=${at.sessionId}&status=${status}`;

  it('in V1 comes with the landing of the browser that opened the link', async () => {
    const at = await bench.atDeskera(request);
    expect(at.authPage.searchParams.get('redirect_uri')).toBe(
      `https://broker.example/connected?session=${at.sessionId}`,
    );
    await callBack(at);
    expect(await standing(at)).toMatchObject({ status: 'awaiting_activation' });
    const landing = { status: 'connected', code: null, redirectTo: landed(at, 'connected') };
    expect(await bench.landings.arrive(at.sessionId, [at.browserId])).toEqual(landing);
    expect(await bench.landings.arrive(at.sessionId, [at.browserId])).toEqual(landing);
    expect(bench.adopter.activations).toHaveLength(1);
    expect(await standing(at)).toMatchObject({ status: 'connected' });
  });

  it.each([
    ['another browser', [stranger]],
    ['a browser without a cookie', []],
  ])('in V1 is over once %s has landed first: nothing is served, nothing is kept', async (_, browserIds) => {
    const at = await bench.atDeskera(request);
    await bench.open(at.linkId, stranger);
    await callBack(at);
    const { connectionId } = await standing(at);
    await expect(bench.landings.arrive(at.sessionId, browserIds)).rejects.toMatchObject({
      code: 'wrong_browser',
    });
    expect(await standing(at)).toMatchObject({ status: 'failed', code: 'wrong_browser' });
    expect(await bench.landings.arrive(at.sessionId, [at.browserId])).toMatchObject({
      status: 'failed',
      code: 'wrong_browser',
    });
    expect(bench.adopter.activations).toHaveLength(0);
    await expect(bench.open(at.linkId)).rejects.toMatchObject({ code: 'link_expired' });
    expect(await bench.historyOf(connectionId)).toEqual({
      record: expect.objectContaining({ status: 'disconnected', fingerprint: null }),
      events: [{ kind: 'disconnected', detail: { reason: 'wrong_browser' } }, expect.anything()],
    });
  });

  it('in V1 does not come after the session expired', async () => {
    const at = await bench.atDeskera(request);
    await callBack(at);
    await expireSession(database.url, at.sessionId);
    expect(await bench.landings.arrive(at.sessionId, [at.browserId])).toMatchObject({
      status: 'expired',
      code: 'state_expired',
    });
    expect(bench.adopter.activations).toHaveLength(0);
  });

  it('in V1 tells where a newer connect came first', async () => {
    const at = await bench.atDeskera(request);
    await callBack(at);
    await connectAgain();
    expect(await bench.landings.arrive(at.sessionId, [at.browserId])).toEqual({
      status: 'failed',
      code: 'connect_superseded',
      redirectTo: `${landed(at, 'failed')}&code=connect_superseded`,
    });
  });

  it('in V2 comes with the callback, which is the landing', async () => {
    const at = await bench.atDeskera({ ...request, apiVersion: 'v2' });
    await callBack(at);
    expect(bench.adopter.requests).toMatchObject([{ activation: 'callback' }]);
    expect(await standing(at)).toMatchObject({ status: 'connected' });
  });
});

describe('a landing', () => {
  it.each(['a'.repeat(22), 'x', ''])('for no session of ours (%s) tells nothing', async (sessionId) => {
    expect(await bench.landings.arrive(sessionId, [])).toBeNull();
  });

  it('tells how the session stands', async () => {
    const at = await bench.atDeskera();
    expect(await bench.landings.arrive(at.sessionId, [])).toEqual({
      status: 'pending',
      code: null,
      redirectTo: null,
    });
  });
});
