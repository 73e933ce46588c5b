import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#kernel';
import { connectionId } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

const good = { tenantId: 'acme', apiVersion: 'v1', deskeraRefreshToken: 'head.refresh-payload.signature' };

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

beforeEach(() => {
  inner.imports.requests.length = 0;
  inner.imports.wasThere = false;
  inner.imports.failure = null;
  inner.trail.records.length = 0;
});

function send(body: unknown): Promise<Response> {
  return inner.send('POST', '/admin/api/connections', body, inner.admin);
}

describe('a grant that is brought in', () => {
  it('is 201 with the connection, on record, and without its tokens', async () => {
    const response = await send({ ...good, deskeraToken: 'head.payload.signature', org: '11242' });
    expect(response.status).toBe(201);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ connectionId, tenantId: 'acme', lastError: '503 server_error' });
    expect(text).not.toContain('payload');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [request] = inner.imports.requests;
    expect(request).toMatchObject({ tenantId: 'acme', apiVersion: 'v1', requiredOrgId: '11242' });
    expect(request?.refreshToken.reveal()).toBe(good.deskeraRefreshToken);
    expect(request?.token?.reveal()).toBe('head.payload.signature');
    expect(inner.trail.records).toEqual(['key:admin connection_import acme']);
  });

  it('is 200 where the connection has it already', async () => {
    inner.imports.wasThere = true;
    expect((await send({ ...good, deskeraToken: null, org: null })).status).toBe(200);
    expect(inner.imports.requests).toMatchObject([{ token: null, requiredOrgId: null }]);
  });

  it('that Deskera refuses is 422', async () => {
    inner.imports.failure = new Failure('grant_refused', 'Deskera refuses this grant.');
    expect(await (await send(good)).json()).toMatchObject({ status: 422, code: 'grant_refused' });
  });

  it.each([
    [{ tenantId: undefined }, 'tenantId'],
    [{ apiVersion: undefined }, 'apiVersion'],
    [{ apiVersion: 'v3' }, 'apiVersion'],
    [{ deskeraRefreshToken: undefined }, 'deskeraRefreshToken'],
    [{ deskeraRefreshToken: '' }, 'deskeraRefreshToken'],
    [{ deskeraRefreshToken: { secret: 'a-secret' } }, 'deskeraRefreshToken'],
    [{ deskeraRefreshToken: `a-secret${'x'.repeat(17_000)}` }, 'deskeraRefreshToken'],
    [{ deskeraToken: ['a-secret'] }, 'deskeraToken'],
    [{ org: 11242 }, 'org'],
    [{ refreshToken: 'a-secret' }, 'refreshToken'],
  ])('is not one with an unfit member (%#), which is not repeated', async (wrong, field) => {
    const response = await send({ ...good, ...wrong });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: expect.arrayContaining([expect.objectContaining({ field })]),
    });
    expect(text).not.toContain('a-secret');
    expect(inner.imports.requests).toEqual([]);
  });

  it('is for a tenant whose id is one', async () => {
    expect(await (await send({ ...good, tenantId: 'a b' })).json()).toMatchObject({
      status: 400,
      code: 'invalid_tenant_id',
    });
    expect(inner.trail.records).toEqual([]);
  });
});
