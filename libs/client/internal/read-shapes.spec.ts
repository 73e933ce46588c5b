import { describe, expect, it } from '@jest/globals';
import { sampleToken } from '../testing/index.js';
import { readConnections, readConnectSession, readConnectSessionStanding, readToken } from './read-shapes.js';

const asked = { tenantId: 'acme', org: undefined };
const unexpected = expect.objectContaining({ code: 'unexpected_answer' });

describe('a token', () => {
  it('is read by its names, and nothing else of the answer', () => {
    const token = sampleToken('eyJ.a.b', { degraded: 'check_limited', expiresAt: '2026-11-23T12:00:00Z' });
    expect(readToken({ ...token, refreshToken: 'never' }, asked)).toEqual(token);
  });

  it('may say words of a newer broker', () => {
    expect(readToken(sampleToken('t', { degraded: 'new', apiVersion: 'v3' }), asked)).toMatchObject({
      degraded: 'new',
      apiVersion: 'v3',
    });
  });

  it.each([
    ['tenantId', 'other'],
    ['connectionId', ''],
    ['org', null],
    ['org', { id: 7, name: null }],
    ['deskeraToken', undefined],
    ['deskeraToken', ''],
    ['deskeraToken', 'two words'],
    ['deskeraToken', 'line\r\nx-injected: 1'],
    ['deskeraToken', 'a'.repeat(20_000)],
    ['fingerprint', 'XYZ'],
    ['expiresAt', 'tomorrow'],
    ['expiresAt', 1_800_000_000],
    ['expiresAt', '2026-13-45T99:00:00Z'],
    ['verifiedAt', null],
    ['apiUrl', 'bifrost.deskera.com'],
    ['apiUrl', 'file:///etc/passwd'],
    ['apiUrl', 'https://user:word@bifrost.deskera.com'],
    ['apiVersion', null],
    ['degraded', false],
    ['attention', {}],
  ])('is not taken with %s = %j, nor is it repeated', (name, value) => {
    const token = { ...sampleToken('secret-token'), [name]: value };
    expect(() => readToken(token, asked)).toThrow(unexpected);
    expect(() => readToken(token, asked)).not.toThrow(/secret-token|x-injected/);
  });

  it.each([undefined, null, 'text', 7, []])('is not %j', (body) => {
    expect(() => readToken(body, asked)).toThrow(unexpected);
  });

  it('is not taken for another org than asked for', () => {
    expect(() => readToken(sampleToken('t'), { ...asked, org: '7' })).toThrow(unexpected);
    expect(readToken(sampleToken('t'), { ...asked, org: '11242' })).toMatchObject({ deskeraToken: 't' });
  });
});

describe('other answers', () => {
  it.each([{}, { items: {} }, { items: [null] }, { items: [{ connectionId: 'x' }] }])(
    'are no connections: %j',
    (body) => {
      expect(() => readConnections(body)).toThrow(unexpected);
    },
  );

  it('are no connect session where the link leads nowhere', () => {
    const session = { sessionId: 's', connectUrl: 'javascript:alert(1)', expiresAt: '2026-11-23T12:00:00Z' };
    expect(() => readConnectSession(session)).toThrow(unexpected);
  });

  it('fill with null what is not known yet', () => {
    expect(readConnectSessionStanding({ status: 'pending' })).toEqual({
      status: 'pending',
      code: null,
      connectionId: null,
      org: null,
    });
  });
});
