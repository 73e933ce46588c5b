import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Partner } from './testing/partner.js';

let partner: Partner;

beforeAll(async () => {
  partner = await Partner.start();
});

beforeEach(async () => {
  await partner.control('POST', '/reset');
  await partner.control('PUT', '/settings', { signatures: 'first' });
});

afterAll(() => partner.sandbox.close());

const signed = (token: string): string => token.slice(0, token.lastIndexOf('.'));

describe('tokens that are copies of their org’s first', () => {
  it('differ in nothing that is signed, and are as long as others', async () => {
    const [one, other] = [await partner.grant({ orgId: '11242' }), await partner.grant({ orgId: '11242' })];
    expect(other.deskeraToken).not.toBe(one.deskeraToken);
    expect(signed(other.deskeraToken)).toBe(signed(one.deskeraToken));
    expect(other.deskeraToken).toHaveLength(one.deskeraToken.length);
    expect(await partner.validate(one.deskeraToken)).toBe(200);
    expect(await partner.validate(other.deskeraToken)).toBe(200);
  });

  it('rotate as others do, each grant by itself', async () => {
    const [one, other] = [await partner.grant({ orgId: '11242' }), await partner.grant({ orgId: '11242' })];
    const { json } = await partner.refreshV1(one.deskeraRefreshToken);
    expect((await partner.refreshV1(String(json['refreshToken']))).status).toBe(200);
    expect((await partner.refreshV1(one.deskeraRefreshToken)).status).toBe(400);
    expect((await partner.refreshV1(other.deskeraRefreshToken)).status).toBe(200);
    expect(await partner.counters()).toMatchObject({ refreshesSucceeded: 3, spentRefreshTokensPresented: 1 });
  });

  it('are refused where a byte that no mark takes is another', async () => {
    const { deskeraToken } = await partner.grant({ orgId: '11242' });
    const at = deskeraToken.lastIndexOf('.') + 5;
    const changed = deskeraToken[at] === 'A' ? 'B' : 'A';
    const forged = deskeraToken.slice(0, at) + changed + deskeraToken.slice(at + 1);
    expect(await partner.validate(forged)).toBe(401);
  });
});
