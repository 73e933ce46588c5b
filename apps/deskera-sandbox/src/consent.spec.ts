import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authPath, Partner, type Reply } from './testing/partner.js';
import { Receiver } from './testing/receiver.js';

const receiver = new Receiver();
let partner: Partner;

beforeAll(async () => {
  partner = await Partner.start({ defaultCallbackUri: await receiver.start() });
});

beforeEach(async () => {
  await partner.control('POST', '/reset');
  receiver.received.length = 0;
  receiver.status = 200;
});

afterAll(async () => {
  await partner.sandbox.close();
  await receiver.stop();
});

function decide(
  page: string,
  form: Record<string, string>,
  parameters: Record<string, string> = {},
): Promise<Reply> {
  return partner.call('POST', authPath(page, parameters), { body: new URLSearchParams(form) });
}

const yes = { org: '11242', decision: 'allow' };
const code = expect.stringMatching(/^\w{7}$/) as unknown;

describe('the consent page', () => {
  it.each(['/appauth', '/appauth/', '/oauth2', '/oauth2/'])('stands at %s', async (path) => {
    const { status, text, headers } = await partner.call('GET', authPath(path));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/<input type="radio" name="org" value="11242" +checked/);
    expect(text).toContain('Singapore Org');
    expect(text.match(/type="radio"/g)).toHaveLength(4);
  });

  it('escapes what others named', async () => {
    await partner.control('POST', '/orgs', { id: '77', name: '<script>alert("x")</script>' });
    const { text } = await partner.call('GET', authPath('/oauth2'));
    expect(text).not.toContain('<script');
    expect(text).toContain('&#60;script&#62;');
  });

  it.each([
    [{ client_id: 'cl_pub_unknown' }, 'no registered app'],
    [{ response_type: 'token' }, 'response_type'],
    [{ scope: 'admin' }, 'scope'],
    [{ redirect_uri: 'javascript:alert(1)' }, 'redirect_uri'],
  ])('answers %j with 400 and sends nobody anywhere', async (parameters, problem) => {
    for (const method of ['GET', 'POST']) {
      const { status, text } = await partner.call(method, authPath('/appauth', parameters));
      expect(status).toBe(400);
      expect(text).toContain(problem);
    }
  });

  it.each([{ decision: 'allow' }, { org: '999', decision: 'allow' }, { org: '11242' }])(
    'wants an org and a decision, not %j',
    async (form: Record<string, string>) => {
      expect((await decide('/oauth2', form)).status).toBe(400);
    },
  );

  it('refuses a parameter that is given twice', async () => {
    expect((await partner.call('GET', `${authPath('/appauth')}&state=2`)).status).toBe(400);
  });
});

describe('allowing at V1', () => {
  it('calls the callback_uri from the server, then sends the browser to redirect_uri', async () => {
    const { status, headers } = await decide('/appauth', yes, {
      redirect_uri: 'https://app.example/done?a=1',
    });
    expect(receiver.received).toEqual([
      expect.objectContaining({
        method: 'GET',
        query: { kept: 'yes', code, state: '65289', scope: 'write' },
      }),
    ]);
    expect([status, headers.get('location')]).toEqual([302, 'https://app.example/done?a=1']);
  });

  it('ends on a page of its own without redirect_uri', async () => {
    const { status, text } = await decide('/appauth', yes);
    expect(status).toBe(200);
    expect(text).toContain('<h1>Connected</h1>');
  });

  it.each([302, 400, 503])('shows a page with the status where the callback answers %d', async (answer) => {
    receiver.status = answer;
    const { status, text, headers } = await decide('/appauth', yes, { redirect_uri: 'https://app.example/' });
    expect(status).toBe(502);
    expect(text).toContain(`status ${String(answer)}`);
    expect(headers.has('location')).toBe(false);
    expect(receiver.received).toHaveLength(1);
  });

  it('says where the callback does not answer in time, or can not be reached', async () => {
    receiver.status = null;
    await partner.control('PUT', '/settings', { callbackTimeoutSeconds: 1 });
    expect((await decide('/appauth', yes)).status).toBe(504);
    const gone = { clientId: 'cl_pub_sandbox', clientSecret: 'x', callbackUri: 'http://127.0.0.1:1/' };
    await partner.control('POST', '/clients', gone);
    expect((await decide('/appauth', yes)).status).toBe(502);
    const { operations } = (await partner.counters()) as { operations: object };
    expect(operations).toMatchObject({ callback: { outcomes: { timed_out: 1, unreachable: 1 } } });
  });

  it.each([
    ['post-query', undefined, ''],
    ['post-form', 'application/x-www-form-urlencoded', /^code=\w{7}&state=65289&scope=write$/],
    ['post-json', 'application/json', /^{"code":"\w{7}","state":"65289","scope":"write"}$/],
  ])('calls by %s where the settings say so', async (callbackMethod, type, body) => {
    await partner.control('PUT', '/settings', { callbackMethod });
    await decide('/appauth', yes);
    const [call] = receiver.received;
    expect(call).toMatchObject({ method: 'POST', type });
    expect(call?.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
    expect(call?.query).toEqual(
      body === '' ? { kept: 'yes', code, state: '65289', scope: 'write' } : { kept: 'yes' },
    );
  });

  it('leaves the callback out where a fault says so', async () => {
    await partner.control('POST', '/faults', { operation: 'callback' });
    expect((await decide('/appauth', yes)).status).toBe(502);
    expect(receiver.received).toHaveLength(0);
    expect((await decide('/appauth', yes)).status).toBe(200);
  });
});

describe('closing the sandbox', () => {
  it('waits for no callback', async () => {
    const closing = await Partner.start({ defaultCallbackUri: 'http://127.0.0.1:1/' });
    const silent = new Receiver();
    silent.status = null;
    const client = { clientId: 'cl_pub_sandbox', clientSecret: 'x', callbackUri: await silent.start() };
    await closing.control('POST', '/clients', client);
    const body = new URLSearchParams(yes);
    const unanswered = closing.call('POST', authPath('/appauth'), { body }).catch(String);
    while (silent.received.length === 0) await nextTurn();
    await closing.sandbox.close();
    expect(await unanswered).toContain('TypeError');
    await silent.stop();
  });
});

describe('allowing at V2', () => {
  it('sends the browser to the registered callback_uri, whatever redirect_uri says', async () => {
    const { status, headers } = await decide('/oauth2', yes, { redirect_uri: 'https://evil.example/' });
    expect(status).toBe(302);
    const target = new URL(headers.get('location') ?? '');
    expect(target.pathname).toBe('/callback');
    expect(Object.fromEntries(target.searchParams)).toEqual({ kept: 'yes', code, state: '65289' });
    expect(receiver.received).toHaveLength(0);
  });
});

describe('denying', () => {
  it('calls the callback at V1, and the person stays', async () => {
    receiver.status = 403;
    const { status, text } = await decide('/appauth', { decision: 'deny' });
    expect(receiver.received[0]?.query).toEqual({ kept: 'yes', error: 'access_denied', state: '65289' });
    expect(status).toBe(200);
    expect(text).toContain('Not connected');
  });

  it('calls nobody at V1 where the settings say so', async () => {
    await partner.control('PUT', '/settings', { callbackOnDenial: false });
    await decide('/appauth', { decision: 'deny' });
    expect(receiver.received).toHaveLength(0);
  });

  it('sends the browser back at V2', async () => {
    const { status, headers } = await decide('/oauth2', { decision: 'deny' });
    expect(status).toBe(302);
    const { searchParams } = new URL(headers.get('location') ?? '');
    expect(Object.fromEntries(searchParams)).toEqual({ kept: 'yes', error: 'access_denied', state: '65289' });
  });
});
