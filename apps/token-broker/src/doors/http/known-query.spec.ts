import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionId } from '../testing/fake-tokens.js';
import { InnerDoors } from '../testing/inner-doors.js';

let inner: InnerDoors;

beforeAll(async () => {
  inner = await InnerDoors.open();
});

afterAll(async () => {
  await inner.close();
});

describe('a query parameter that is not known', () => {
  it.each([
    ['GET', '/v1/tenants/acme/connections'],
    ['POST', '/v1/tenants/acme/connect-sessions'],
    ['POST', '/v1/tenants/acme/deskera-token/rejections'],
    ['PUT', '/v1/tenants/acme/default-org'],
    ['DELETE', `/v1/tenants/acme/connections/${connectionId}`],
    ['GET', '/v1/tenants/acme/deskera-token'],
    ['GET', '/admin/api/summary'],
    ['GET', '/admin/api/service-keys'],
    ['GET', '/admin/api/webhooks'],
    ['GET', `/admin/api/connections/${connectionId}`],
    ['POST', `/admin/api/connections/${connectionId}/check`],
  ])('is refused by name: %s %s', async (method, path) => {
    const response = await inner.request(method, `${path}?label=x`, { key: inner.admin });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'label', problem: 'is not known here' }],
    });
  });

  it('is not told to a caller without a good key', async () => {
    const response = await inner.request('GET', '/admin/api/summary?label=x', { key: 'Bearer none' });
    expect(response.status).toBe(401);
  });
});
