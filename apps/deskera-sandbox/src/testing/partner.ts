import { startSandbox, type RunningSandbox, type SandboxOptions } from '../sandbox.js';
import { defaultClient } from '../state/clients.js';
import { TurnedClock } from './turned-clock.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the text is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Pair {
  readonly orgId: string;
  readonly deskeraToken: string;
  readonly deskeraRefreshToken: string;
}

export const basic = `Basic ${Buffer.from(`${defaultClient.clientId}:${defaultClient.clientSecret}`).toString('base64')}`;

/** A running sandbox, and a partner's app that calls it. */
export class Partner {
  private constructor(
    readonly sandbox: RunningSandbox,
    readonly clock: TurnedClock,
  ) {}

  static async start(options: SandboxOptions = {}): Promise<Partner> {
    const clock = new TurnedClock();
    return new Partner(await startSandbox({ clock, ...options }), clock);
  }

  async call(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${this.sandbox.url}${path}`, { method, redirect: 'manual', ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: objectIn(text) };
  }

  /** A control call with a JSON body. */
  control(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.call(method, `/sandbox${path}`, body === undefined ? {} : { body: JSON.stringify(body) });
  }

  /** A grant without consent. */
  async grant(wanted: object = {}): Promise<Pair> {
    const { json } = await this.control('POST', '/grants', wanted);
    const [pair] = json['items'] as Pair[];
    if (pair === undefined) throw new Error('The sandbox issued no grant.');
    return pair;
  }

  /** The code that an allowed V2 consent sends the browser on with. */
  async codeFromV2(org = '11242'): Promise<string> {
    const body = new URLSearchParams({ org, decision: 'allow' });
    const { headers } = await this.call('POST', authPath('/oauth2'), { body });
    return new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  }

  /** A call of the token endpoint, with its parameters in a form body. */
  token(path: string, parameters: Record<string, string>, authorization = basic): Promise<Reply> {
    return this.call('POST', path, { body: new URLSearchParams(parameters), headers: { authorization } });
  }

  refreshV1(refreshToken: string, identity: object = {}): Promise<Reply> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ refreshToken, ...identity });
    return this.call('POST', '/v1/iam/auth/app/getrefreshtoken', { headers, body });
  }

  refreshV2(refreshToken: string, authorization = basic): Promise<Reply> {
    return this.token(
      '/v2/oauth/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      authorization,
    );
  }

  async validate(token: string): Promise<number> {
    return (await this.call('GET', '/v1/iam/token/app/validate', { headers: { 'x-access-token': token } }))
      .status;
  }

  async counters(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.control('GET', '/counters')).json;
  }
}

/** The auth page's address, as an app links to it. */
export function authPath(page: string, parameters: Record<string, string> = {}): string {
  const usual = { client_id: defaultClient.clientId, scope: 'write', response_type: 'code', state: '65289' };
  return `${page}?${new URLSearchParams({ ...usual, ...parameters }).toString()}`;
}

/** Reads a JWT as Deskera's samples do: the payload with a plain base64 decoder, unchecked. */
export function claimsOf(token: unknown): Readonly<Record<string, unknown>> {
  const payload = String(token).split('.')[1] ?? '';
  if (!/^[A-Za-z0-9+/]*$/.test(payload)) throw new Error('A plain base64 decoder can not read this payload.');
  return objectIn(Buffer.from(payload, 'base64').toString('ascii'));
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  return text.startsWith('{') && text.endsWith('}') ? (JSON.parse(text) as Record<string, unknown>) : {};
}
