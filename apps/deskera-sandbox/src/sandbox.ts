import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock, type SandboxClock } from './clock.js';
import { createServer } from './server.js';
import { loadState, saveState } from './state-file.js';
import type { Settings } from './state/settings.js';
import { World } from './world.js';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** The callback_uri of the default client; `http://localhost:3000/oauth/callback` where left out. */
  readonly defaultCallbackUri?: string;
  /** Settings to start with, and to come back to at a reset. */
  readonly settings?: Partial<Settings>;
  readonly clock?: SandboxClock;
  /**
   * Keeps signing key, settings, clients, orgs and grants over restarts; without it they end with the process.
   * Written as a whole at every change: right for a few hundred orgs, not for a load test.
   */
  readonly stateFile?: string;
}

export interface RunningSandbox {
  /** The API's address, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection, the unanswered ones too; a second time is harmless. */
  close(): Promise<void>;
}

const usualCallbackUri = 'http://localhost:3000/oauth/callback';

/** Starts a Deskera of its own. Rejects where the port is taken or the state file can't be read. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { host = '127.0.0.1', port = 0, stateFile } = options;
  const { signer, saved } = await loadState(stateFile);
  const world = new World(
    {
      clock: options.clock ?? systemClock,
      signer,
      settings: options.settings ?? {},
      defaultCallbackUri: options.defaultCallbackUri ?? usualCallbackUri,
    },
    saved,
  );
  const server = createServer(world);
  if (stateFile !== undefined) saveAfterChanges(server, stateFile, world);
  await server.listen({ host, port });
  return running(server, world, host);
}

function running(server: FastifyInstance, world: World, host: string): RunningSandbox {
  const { port } = server.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${reachableHost(host)}:${String(port)}`,
    port,
    close: () => {
      world.closing.abort();
      return (closing ??= Promise.resolve(server.close()));
    },
  };
}

/** Before the answer is out, so that nobody holds a token that a restart would not know. */
function saveAfterChanges(server: FastifyInstance, file: string, world: World): void {
  saveState(file, world);
  server.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.method !== 'GET') saveState(file, world);
    done();
  });
  server.addHook('onClose', () => {
    saveState(file, world);
  });
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
