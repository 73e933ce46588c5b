import type { Everything } from './everything.js';

export const firstTenant = 'acme';

/** A connect link for a first tenant, so that there is something to click at once. */
export async function newConnectLink({ brokerUrl, adminKey }: Everything): Promise<string> {
  const response = await fetch(`${brokerUrl}/v1/tenants/${firstTenant}/connect-sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 201)
    throw new Error(`no connect link: the broker answered ${String(response.status)}`);
  const { connectUrl } = (await response.json()) as { connectUrl: string };
  return connectUrl;
}
