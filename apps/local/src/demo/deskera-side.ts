import { callJson } from './sibling-service.js';

/** Deskera as the story needs it: its API, and the sandbox's switches for what Deskera does of its own accord. */
export class DeskeraSide {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** @returns the status that a call of a resource with this token is answered with */
  async contacts(deskeraToken: string): Promise<number> {
    const response = await fetch(`${this.url}/v1/contacts`, {
      headers: { 'x-access-token': deskeraToken },
      signal: AbortSignal.timeout(20_000),
    });
    await response.body?.cancel();
    return response.status;
  }

  /** The organisation's access tokens die at once; its refresh tokens stay good. */
  async expire(orgId: string): Promise<void> {
    await this.#switch(orgId, 'expire');
  }

  /** All that the organisation ever granted dies at once. */
  async revoke(orgId: string): Promise<void> {
    await this.#switch(orgId, 'revoke');
  }

  async counters(): Promise<{ refreshesSucceeded: number; spentRefreshTokensPresented: number }> {
    const { body } = await callJson<{ refreshesSucceeded: number; spentRefreshTokensPresented: number }>(
      `${this.url}/sandbox/counters`,
      { method: 'GET' },
    );
    return body;
  }

  async #switch(orgId: string, action: 'expire' | 'revoke'): Promise<void> {
    const { status } = await callJson(`${this.url}/sandbox/orgs/${orgId}/${action}`, {
      method: 'POST',
      body: {},
    });
    if (status >= 300) throw new Error(`the sandbox answered ${String(status)} to ${action}`);
  }
}
