import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultClient, startSandbox, type RunningSandbox } from '#sandbox';
import { Secret, type ApiVersion } from '#kernel';
import type { DeskeraOptions } from '../options.js';
import { describeDeskera, type DeskeraStage } from '../testing/deskera-contract.js';
import { wiredDeskera } from '../testing/wired-deskera.js';

describeDeskera('Deskera over HTTP, with forms', () => openSandboxStage({ tokenParams: 'body' }));

describeDeskera('Deskera over HTTP, with queries and the whole identity', () =>
  openSandboxStage({ tokenParams: 'query', refreshIdentity: 'full' }),
);

/** The real client before the sandbox. */
async function openSandboxStage(options: Partial<DeskeraOptions> = {}): Promise<DeskeraStage> {
  const callbacks = await Callbacks.listen();
  const sandbox = await startSandbox({ defaultCallbackUri: callbacks.url });
  const client = {
    clientId: defaultClient.clientId,
    clientSecrets: [Secret.of('an older secret'), Secret.of(defaultClient.clientSecret)],
  };
  const wired = await wiredDeskera({ credentials: { v1: client, v2: client }, ...options });
  return {
    deskera: wired.deskera,
    target: (apiVersion) => ({ apiVersion, apiUrl: sandbox.url }),
    code: (apiVersion) => consent(sandbox, callbacks, apiVersion),
    expireTokens: () => control(sandbox, '/orgs/11242/expire'),
    revokeGrants: () => control(sandbox, '/orgs/11242/revoke'),
    failNext: (operation, how) =>
      control(sandbox, '/faults', {
        operation,
        kind: 'status',
        ...(how === 'server_error' ? { status: 503 } : { status: 429, headers: { 'Retry-After': '7' } }),
      }),
    loseNext: (operation) => control(sandbox, '/faults', { operation, kind: 'lost-answer' }),
    close: async () => {
      await wired.close();
      await sandbox.close();
      await callbacks.close();
    },
  };
}

/** A person logs in and allows it: V1 calls back itself, V2 sends the browser. */
async function consent(
  sandbox: RunningSandbox,
  callbacks: Callbacks,
  apiVersion: ApiVersion,
): Promise<Secret> {
  const query = new URLSearchParams({
    client_id: defaultClient.clientId,
    scope: 'write',
    response_type: 'code',
    state: '65289',
  });
  const page = apiVersion === 'v1' ? 'appauth' : 'oauth2';
  const answer = await fetch(`${sandbox.url}/${page}?${query.toString()}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ org: '11242', decision: 'allow' }),
  });
  await answer.text();
  const callback = apiVersion === 'v1' ? callbacks.last : answer.headers.get('location');
  return Secret.of(new URL(callback ?? '', callbacks.url).searchParams.get('code') ?? '');
}

async function control(sandbox: RunningSandbox, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/sandbox${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`the sandbox says ${String(answer.status)}: ${await answer.text()}`);
}

/** The app's callback_uri: keeps the last path that was asked for. */
class Callbacks {
  last = '';

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Callbacks> {
    const server = createServer((request, response) => {
      callbacks.last = request.url ?? '';
      response.end();
    });
    const callbacks = new Callbacks(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return callbacks;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/oauth/callback`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
