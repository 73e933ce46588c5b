import { describe, expect, it } from '@jest/globals';
import { requestLine } from './request-line.js';

const tokenRoute = '/v1/tenants/:tenantId/deskera-token';

describe('the line of a request', () => {
  it('tells method, registered route, status and duration', () => {
    const answered = { method: 'GET', route: '/connect/:id', status: 303, durationMilliseconds: 12.345 };
    expect(requestLine(answered)).toEqual({
      level: 'log',
      line: {
        msg: 'GET /connect/:id 303',
        method: 'GET',
        route: '/connect/:id',
        status: 303,
        durationMilliseconds: 12.3,
      },
    });
  });

  it.each([
    [401, true],
    [403, true],
    [429, true],
    [200, false],
    [404, false],
  ])('with status %d names the sender: %s', (status, isNamed) => {
    const sender = { clientAddress: '192.0.2.7', keyId: 'abcdef012345' };
    const { line } = requestLine({
      method: 'GET',
      route: tokenRoute,
      status,
      durationMilliseconds: 1,
      ...sender,
    });
    if (isNamed) expect(line).toMatchObject(sender);
    else expect(Object.keys(line)).not.toContain('clientAddress');
  });

  it('tells no path where nothing matched', () => {
    const { line } = requestLine({ method: 'GET', route: undefined, status: 404, durationMilliseconds: 1 });
    expect(line.route).toBe('unmatched');
  });

  it.each<[string, string, string, number | null]>([
    ['debug', 'GET', tokenRoute, 200],
    ['debug', 'GET', tokenRoute, 304],
    ['debug', 'GET', '/v1/tenants/:tenantId/connections', 200],
    ['debug', 'GET', '/health/live', 200],
    ['debug', 'GET', '/health/ready', 503],
    ['log', 'GET', tokenRoute, 404],
    ['log', 'GET', tokenRoute, null],
    ['warn', 'GET', tokenRoute, 503],
    ['log', 'POST', '/v1/tenants/:tenantId/connect-sessions', 201],
    ['log', 'GET', '/connect/:id', 303],
    ['log', 'GET', '/oauth/callback', 200],
    ['warn', 'GET', '/oauth/callback', 502],
  ])('is at %s for %s %s %s', (level, method, route, status) => {
    expect(requestLine({ method, route, status, durationMilliseconds: 1 }).level).toBe(level);
  });
});
