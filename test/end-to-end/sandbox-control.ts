import type { CountersSnapshot, Fault, Settings } from '#sandbox';

/** The sandbox's control API. */
export class SandboxControl {
  constructor(readonly url: string) {}

  async counters(): Promise<CountersSnapshot> {
    return (await this.#call('GET', '/sandbox/counters')) as CountersSnapshot;
  }

  async settings(settings: Partial<Settings>): Promise<void> {
    await this.#call('PUT', '/sandbox/settings', settings);
  }

  async fault(fault: Partial<Fault> & Readonly<Record<string, unknown>>): Promise<void> {
    await this.#call('POST', '/sandbox/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', '/sandbox/faults');
  }

  async addOrg(id: string): Promise<void> {
    await this.#call('POST', '/sandbox/orgs', { id, name: `Org ${id}` });
  }

  /** A code as it is given out once a person has agreed. */
  async code(orgId: string, apiVersion: 'v1' | 'v2' = 'v1'): Promise<string> {
    return ((await this.#call('POST', '/sandbox/codes', { orgId, apiVersion })) as { code: string }).code;
  }

  /** A grant without anybody's consent, as somebody may hold one. */
  async grant(orgId: string): Promise<{ deskeraToken: string; deskeraRefreshToken: string }> {
    const { items } = (await this.#call('POST', '/sandbox/grants', { orgId })) as {
      items: { deskeraToken: string; deskeraRefreshToken: string }[];
    };
    const [grant] = items;
    if (grant === undefined) throw new Error('the sandbox gave no grant');
    return { deskeraToken: grant.deskeraToken, deskeraRefreshToken: grant.deskeraRefreshToken };
  }

  async expire(orgId: string): Promise<void> {
    await this.#call('POST', `/sandbox/orgs/${orgId}/expire`, {});
  }

  async revoke(orgId: string): Promise<void> {
    await this.#call('POST', `/sandbox/orgs/${orgId}/revoke`, {});
  }

  /** The status that Deskera's API answers a call with. */
  async useToken(token: string): Promise<number> {
    const response = await fetch(`${this.url}/v1/contacts`, { headers: { 'x-access-token': token } });
    await response.body?.cancel();
    return response.status;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
