import type { BrokerClient } from './broker-client.js';
import type { SandboxControl } from './sandbox-control.js';

/** Connects a tenant's org as Deskera and a browser do it together, without the consent page. */
export async function connectOrg(
  broker: BrokerClient,
  sandbox: SandboxControl,
  tenantId: string,
  orgId: string,
): Promise<void> {
  await sandbox.addOrg(orgId);
  const { json } = await broker.startConnect(tenantId, { org: orgId });
  const opened = await broker.call('GET', new URL(String(json['connectUrl'])).pathname);
  const state = new URL(String(opened.headers.get('location'))).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ code: await sandbox.code(orgId), state, scope: 'write' });
  const { status } = await broker.call('GET', `/oauth/callback?${query.toString()}`);
  if (status !== 200) throw new Error(`${tenantId} could not be connected: ${String(status)}`);
}

/** Takes away the tenant's only connection. */
export async function disconnectOrg(broker: BrokerClient, tenantId: string): Promise<void> {
  const { json } = await broker.call('GET', `/v1/tenants/${tenantId}/connections`);
  const [item] = json['items'] as { readonly connectionId: string }[];
  const path = `/v1/tenants/${tenantId}/connections/${String(item?.connectionId)}`;
  const { status } = await broker.call('DELETE', path);
  if (status !== 204) throw new Error(`${tenantId} could not be disconnected: ${String(status)}`);
}
