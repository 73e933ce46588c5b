import { describe, expect, it } from '@jest/globals';
import { eventually } from '#kernel/testing';
import { parsed, type ExercisedBroker } from './exercised-broker.js';

const keys = '/admin/api/service-keys';

/** @param broker once it is started */
export function exerciseServiceKeys(broker: () => ExercisedBroker): void {
  const make = async (): Promise<{ path: string; asKey: Record<string, string> }> => {
    const made = await broker().call('POST', keys, {
      name: 'exercise',
      scopes: ['tokens:read'],
      tenants: ['acme'],
      expiresAt: '2999-01-01T00:00:00Z',
    });
    expect(made.status).toBe(201);
    const { key, keyId } = parsed(made) as { key: string; keyId: string };
    return { path: `${keys}/${keyId}`, asKey: { authorization: `Bearer ${key}` } };
  };

  describe('service keys answer as they are described', () => {
    it('from their making to their end', async () => {
      const { path, asKey } = await make();
      expect((await broker().call('GET', keys)).status).toBe(200);
      expect((await broker().call('GET', keys, undefined, asKey)).status).toBe(403);
      const past = {
        name: 'past',
        scopes: ['admin'],
        tenants: ['*'],
        expiresAt: '2000-01-01T00:00:00Z',
      };
      expect(await broker().code('POST', keys, past)).toBe('invalid_request');
      expect((await broker().call('DELETE', path)).status).toBe(204);
      expect(await broker().code('DELETE', path)).toBe('service_key_not_found');
      expect(parsed(await broker().call('GET', path))).toMatchObject({ secrets: [] });
      expect(await broker().code('GET', `${keys}/nobody`)).toBe('service_key_not_found');
      expect((await broker().call('GET', keys, undefined, asKey)).status).toBe(401);
    });

    it('while they are rotated', async () => {
      const { path } = await make();
      expect(await broker().code('DELETE', `${path}/secrets/1`)).toBe('service_key_last_secret');
      expect((await broker().call('POST', `${path}/secrets`)).status).toBe(201);
      expect(await broker().code('POST', `${path}/secrets`)).toBe('service_key_secrets_full');
      expect((await broker().call('DELETE', `${path}/secrets/1`)).status).toBe(204);
      expect(await broker().code('DELETE', `${path}/secrets/1`)).toBe('service_key_secret_not_found');
      expect(parsed(await broker().call('GET', path))).toMatchObject({ secrets: [{ number: 2 }] });
      expect(await broker().code('POST', `${keys}/nobody/secrets`)).toBe('service_key_not_found');
    });

    it('of what they were handed, and the admin key too', async () => {
      const { path, asKey } = await make();
      const connection = await broker().connect('acme', '310');
      const token = '/v1/tenants/acme/deskera-token';
      for (const key of [asKey, broker().authorization])
        expect((await broker().call('GET', token, undefined, key)).status).toBe(200);
      for (const each of [path, `${keys}/admin_key`]) await eventuallyHanded(`${each}/hand-outs`, connection);
      await eventuallyHanded(`/admin/api/connections/${connection}/hand-outs`, connection);
      expect(await broker().code('GET', `${path}/hand-outs?cursor=nonsense`)).toBe('invalid_cursor');
      expect(await broker().code('GET', `${keys}/nobody/hand-outs`)).toBe('service_key_not_found');
    });

    it('where one asks too often', async () => {
      const { asKey } = await make();
      const ask = async (): Promise<number> => {
        const { status } = await broker().call('GET', '/v1/tenants/other/deskera-token', undefined, asKey);
        return status;
      };
      await eventually(async () => (await Promise.all([ask(), ask(), ask(), ask()])).includes(429));
    });
  });

  async function eventuallyHanded(path: string, connection: string): Promise<void> {
    await eventually(async () => (await broker().call('GET', `${path}?limit=200`)).body.includes(connection));
  }
}
