import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '#kernel';
import { exchangeRequest, refreshRequestV1, refreshRequestV2, validateRequest } from './requests.js';
import type { WireRequest } from './wire.js';

const v1 = { apiVersion: 'v1', apiUrl: 'https://bifrost.deskera.com' } as const;
const v2 = { apiVersion: 'v2', apiUrl: 'https://gateway.example/deskera/' } as const;
const client = { clientId: 'cl_pub_1', clientSecret: Secret.of('s3cret/+') };
const code = Secret.of('Ag78aIu');
const refreshToken = Secret.of('the.refresh.token');
const basic = `Basic ${Buffer.from('cl_pub_1:s3cret/+').toString('base64')}`;

function plain({ method, url, headers, body }: WireRequest) {
  const authorization = headers['authorization'];
  return {
    method,
    url: url.reveal(),
    contentType: headers['content-type'],
    authorization: authorization instanceof Secret ? authorization.reveal() : undefined,
    body: body?.reveal() ?? null,
  };
}

describe('the requests', () => {
  it.each([
    {
      name: "V1's exchange as a form",
      request: exchangeRequest(v1, code, client, 'body'),
      url: 'https://bifrost.deskera.com/oauth/token',
      body: 'grant_type=authorization_code&scope=read+write&code=Ag78aIu',
    },
    {
      name: "V1's exchange as Deskera's document writes it",
      request: exchangeRequest(v1, code, client, 'query'),
      url: 'https://bifrost.deskera.com/oauth/token?grant_type=authorization_code&scope=read+write&code=Ag78aIu',
      body: null,
    },
    {
      name: "V2's exchange as a form, behind a path",
      request: exchangeRequest(v2, code, client, 'body'),
      url: 'https://gateway.example/deskera/v2/oauth/token',
      body: 'grant_type=authorization_code&scope=write&code=Ag78aIu',
    },
    {
      name: "V2's refresh as a form",
      request: refreshRequestV2(v2, refreshToken, client, 'body'),
      url: 'https://gateway.example/deskera/v2/oauth/token',
      body: 'grant_type=refresh_token&refresh_token=the.refresh.token',
    },
    {
      name: "V2's refresh in the query",
      request: refreshRequestV2(v2, refreshToken, client, 'query'),
      url: 'https://gateway.example/deskera/v2/oauth/token?grant_type=refresh_token&refresh_token=the.refresh.token',
      body: null,
    },
  ])('$name', ({ request, url, body }) => {
    expect(plain(request)).toEqual({
      method: 'POST',
      url,
      contentType: 'application/x-www-form-urlencoded',
      authorization: basic,
      body,
    });
  });

  it.each([
    { sends: 'off', tenantId: '11242', body: { refreshToken: 'the.refresh.token' } },
    { sends: 'tenant', tenantId: '11242', body: { refreshToken: 'the.refresh.token', tenantId: '11242' } },
    { sends: 'tenant', tenantId: null, body: { refreshToken: 'the.refresh.token' } },
    {
      sends: 'full',
      tenantId: '11242',
      body: { refreshToken: 'the.refresh.token', userName: 'a@b.example', tenantId: '11242' },
    },
  ] as const)("V1's refresh with identity $sends, tenant $tenantId", ({ sends, tenantId, body }) => {
    const request = refreshRequestV1(v1, refreshToken, { tenantId, userName: 'a@b.example' }, sends);
    const { body: sent, ...rest } = plain(request);
    expect(rest).toEqual({
      method: 'POST',
      url: 'https://bifrost.deskera.com/v1/iam/auth/app/getrefreshtoken',
      contentType: 'application/json',
      authorization: undefined,
    });
    expect(JSON.parse(sent ?? '')).toEqual(body);
  });

  it('validate carries the token in x-access-token and nowhere else', () => {
    const request = validateRequest(v2, Secret.of('the.access.token'));
    expect(plain(request)).toMatchObject({
      method: 'GET',
      url: 'https://gateway.example/deskera/v1/iam/token/app/validate',
      authorization: undefined,
      body: null,
    });
    expect(request.headers['x-access-token']).toEqual(Secret.of('the.access.token'));
  });

  it('show no secret when they are printed', () => {
    const requests = [
      exchangeRequest(v1, code, client, 'query'),
      refreshRequestV1(v1, refreshToken, { tenantId: null, userName: null }, 'off'),
      refreshRequestV2(v2, refreshToken, client, 'body'),
    ];
    const printed = inspect(requests, { depth: null }) + JSON.stringify(requests);
    for (const secret of ['Ag78aIu', 'the.refresh.token', basic]) expect(printed).not.toContain(secret);
  });
});
