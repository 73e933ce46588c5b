import { WebhookReceiver } from '#notifications/testing';
import { startPlatform, type Platform } from '../end-to-end/platform.js';
import { describedOperations } from './described-api.js';
import { Exercise } from './exercise.js';
import type { Received } from './wire.js';

const adminKey = 'the-admin-key-of-the-exercise-is-long-enough';
export const redirectOrigin = 'https://app.example';

/** A connect that a browser has begun. */
export interface BegunConnect {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly linkPath: string;
  readonly state: string;
  readonly cookie: string;
}

/** A real broker on a database and a sandbox, where each call is held against the document. */
export class ExercisedBroker {
  readonly authorization = { authorization: `Bearer ${adminKey}` };

  private constructor(
    readonly exercise: Exercise,
    readonly platform: Platform,
    /** Is told of every connection. */
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<ExercisedBroker> {
    const variables = {
      ADMIN_KEY: adminKey,
      CONNECT_REDIRECT_ORIGINS: redirectOrigin,
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      RATE_LIMIT_KEY_PER_SECOND: '1',
    };
    const platform = await startPlatform({ variables });
    const exercise = new Exercise(platform.broker.url, await describedOperations());
    return new ExercisedBroker(exercise, platform, await WebhookReceiver.start());
  }

  async close(): Promise<void> {
    this.exercise.close();
    await this.platform.close();
    await this.receiver.close();
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Received> {
    return this.exercise.call({
      method,
      path,
      headers: {
        ...this.authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** The code of the problem that this call is answered with. */
  async code(method: string, path: string, body?: unknown): Promise<string> {
    return String(parsed(await this.call(method, path, body))['code']);
  }

  /** As a browser does it: without a key. */
  async browse(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    return this.exercise.call({ method: 'GET', path, headers });
  }

  async begin(tenantId: string, body: Readonly<Record<string, unknown>> = {}): Promise<BegunConnect> {
    const started = parsed(await this.call('POST', `/v1/tenants/${tenantId}/connect-sessions`, body));
    const linkPath = new URL(String(started['connectUrl'])).pathname;
    const { headers } = await this.browse(linkPath);
    const state = new URL(String(headers['location'])).searchParams.get('state') ?? '';
    const [cookie = ''] = [headers['set-cookie'] ?? []].flat()[0]?.split(';') ?? [];
    return { tenantId, sessionId: String(started['sessionId']), linkPath, state, cookie };
  }

  /** Connects by V1. @returns the id of the connection */
  async connect(
    tenantId: string,
    orgId: string,
    body: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    await this.platform.sandbox.addOrg(orgId);
    const begun = await this.begin(tenantId, body);
    await this.browse(this.callbackPath(begun.state, await this.platform.sandbox.code(orgId)));
    const path = `/v1/tenants/${tenantId}/connect-sessions/${begun.sessionId}`;
    return String(parsed(await this.call('GET', path))['connectionId']);
  }

  /** @returns the path of a webhook that leads to the receiver */
  async listen(path = ''): Promise<string> {
    const made = await this.call('POST', '/admin/api/webhooks', { url: this.receiver.url + path });
    return `/admin/api/webhooks/${String(parsed(made)['id'])}`;
  }

  callbackPath(state: string, code: string): string {
    return `/oauth/callback?${new URLSearchParams({ code, state, scope: 'write' }).toString()}`;
  }
}

export function parsed({ body }: Received): Readonly<Record<string, unknown>> {
  return JSON.parse(body) as Record<string, unknown>;
}
