import type { Answer, BrokerClient } from './broker-client.js';
import type { SandboxControl } from './sandbox-control.js';

/** Connects a tenant's org as Deskera and a browser do it together, without the consent page. */
export async function connectOrg(
  broker: BrokerClient,
  sandbox: SandboxControl,
  tenantId: string,
  orgId: string,
): Promise<void> {
  const { status } = await callBack(broker, sandbox, tenantId, orgId);
  if (status !== 200) throw new Error(`${tenantId} could not be connected: ${String(status)}`);
}

/** As `connectOrg`, up to the callback. @returns its answer */
export async function callBack(
  broker: BrokerClient,
  sandbox: SandboxControl,
  tenantId: string,
  orgId: string,
  apiVersion: 'v1' | 'v2' = 'v1',
): Promise<Answer> {
  await sandbox.addOrg(orgId);
  const { json } = await broker.startConnect(tenantId, { org: orgId, apiVersion });
  const opened = await broker.call('GET', new URL(String(json['connectUrl'])).pathname);
  const state = new URL(String(opened.headers.get('location'))).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ code: await sandbox.code(orgId, apiVersion), state, scope: 'write' });
  const cookie = opened.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const headers = { accept: 'application/json', cookie };
  return broker.call('GET', `/oauth/callback?${query.toString()}`, undefined, headers);
}

/** Takes away the tenant's only connection. */
export async function disconnectOrg(broker: BrokerClient, tenantId: string): Promise<void> {
  const { json } = await broker.call('GET', `/v1/tenants/${tenantId}/connections`);
  const [item] = json['items'] as { readonly connectionId: string }[];
  const path = `/v1/tenants/${tenantId}/connections/${String(item?.connectionId)}`;
  const { status } = await broker.call('DELETE', path);
  if (status !== 204) throw new Error(`${tenantId} could not be disconnected: ${String(status)}`);
}
