import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrokerClient } from './broker-client.js';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
let broker: BrokerClient;
let tenants = 0;

beforeAll(async () => {
  platform = await startPlatform();
  ({ broker } = platform);
});

afterAll(async () => {
  await platform.close();
});

function newTenant(): string {
  tenants += 1;
  return `people-${String(tenants)}`;
}

describe('an address for people', () => {
  const added = ['utm=1&utm=2', '__proto__=1', 'constructor=x', 'prototype=1', 'a[b]=c&a[b]=d', 'fbclid'];
  const addresses = ['connected?status=connected', 'not-connected?code=access_denied', 'connect/LINK?x=1'];

  it.each(addresses.flatMap((address) => added.map((more) => [address, more])))(
    'may have any other parameters: %s&%s',
    async (address, more) => {
      const { json } = await broker.startConnect(newTenant(), { apiVersion: 'v1' });
      const linkId = String(json['connectUrl']).split('/').at(-1) ?? '';
      const url = `${broker.url}/${address.replace('LINK', linkId)}&${more}`;
      for (const method of ['GET', 'HEAD'])
        expect((await fetch(url, { method, redirect: 'manual' })).status).toBeLessThan(400);
    },
  );

  it.each([
    'connected?session=a&session=b',
    'not-connected?code=a&code=b',
    'connect/LINK?continue=a&continue=b',
  ])('is answered with a page where a parameter that counts is repeated: %s', async (address) => {
    const { json } = await broker.startConnect(newTenant(), { apiVersion: 'v1' });
    const linkId = String(json['connectUrl']).split('/').at(-1) ?? '';
    const answer = await fetch(`${broker.url}/${address.replace('LINK', linkId)}`, { redirect: 'manual' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('takes a parameter without a value for one that is omitted', async () => {
    const { json } = await broker.startConnect(newTenant(), { apiVersion: 'v2' });
    const address = `${broker.url}/connected?session=&session=${String(json['sessionId'])}&session=`;
    expect(await (await fetch(address)).text()).toBe(
      await (await fetch(`${broker.url}/connected?session=${String(json['sessionId'])}`)).text(),
    );
  });
});
