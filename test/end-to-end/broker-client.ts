import { Person, type Page } from '../../apps/local/src/demo/person.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer; an empty object where it has none. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface ConnectOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  /** How the consent page's button begins. */
  readonly press?: 'Allow' | 'Deny';
  readonly person?: Person;
}

/** The broker as its callers see it, over HTTP. */
export class BrokerClient {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  /** The same broker, called with another key. */
  withKey(key: string): BrokerClient {
    return new BrokerClient(this.url, key);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      json: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  token(tenantId: string, query = ''): Promise<Answer> {
    return this.call('GET', `/v1/tenants/${tenantId}/deskera-token${query}`);
  }

  startConnect(tenantId: string, body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.call('POST', `/v1/tenants/${tenantId}/connect-sessions`, body);
  }

  session(tenantId: string, sessionId: string): Promise<Answer> {
    return this.call('GET', `/v1/tenants/${tenantId}/connect-sessions/${sessionId}`);
  }

  /** Connects as a person does: opens the link, decides on the consent page, lands. */
  async connect(
    tenantId: string,
    { body = {}, press = 'Allow', person = new Person() }: ConnectOptions = {},
  ): Promise<{ readonly landed: Page; readonly sessionId: string }> {
    const { json } = await this.startConnect(tenantId, body);
    const consent = await person.open(String(json['connectUrl']));
    return { landed: await person.press(consent, press), sessionId: String(json['sessionId']) };
  }
}
