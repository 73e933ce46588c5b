/** What the broker answered. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface DeskeraToken {
  readonly deskeraToken: string;
  readonly fingerprint: string;
  readonly expiresAt: string | null;
  readonly org: { readonly id: string | null; readonly name: string | null };
  /** Of a problem: its stable code. */
  readonly code?: string;
  readonly reason?: string;
}

/** A service of the platform: all it has of the broker is an address and a key, and it speaks for one tenant. */
export class SiblingService {
  readonly #key: string;
  readonly #tenantUrl: string;

  constructor(options: { brokerUrl: string; key: string; tenantId: string }) {
    this.#key = options.key;
    this.#tenantUrl = `${options.brokerUrl}/v1/tenants/${options.tenantId}`;
  }

  async createConnectSession(): Promise<Answer<{ sessionId: string; connectUrl: string }>> {
    return this.#call('POST', '/connect-sessions');
  }

  async connectSession(
    sessionId: string,
  ): Promise<Answer<{ status: string; org?: { name: string | null } }>> {
    return this.#call('GET', `/connect-sessions/${sessionId}`);
  }

  /** @param query such as `maxVerifiedAgeSeconds=0`: Deskera must be asked now */
  async token(query = ''): Promise<Answer<DeskeraToken>> {
    return this.#call('GET', `/deskera-token?${query}`);
  }

  async #call<Body>(method: 'GET' | 'POST', path: string): Promise<Answer<Body>> {
    return callJson(`${this.#tenantUrl}${path}`, {
      method,
      key: this.#key,
      ...(method === 'POST' && { body: {} }),
    });
  }
}

/** One call with a broker's key; the body is JSON both ways. */
export async function callJson<Body>(
  url: string,
  request: { method: 'GET' | 'POST'; key?: string; body?: unknown },
): Promise<Answer<Body>> {
  const { method, key, body } = request;
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
}
