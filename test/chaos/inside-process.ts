/**
 * Loaded into the brokers and the sandbox before anything of theirs. It changes nothing of what they do: it names the
 * process to the sandbox, tells its parent what it holds, and ends it should the parent be gone.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { env, exit, getActiveResourcesInfo, memoryUsage } from 'node:process';
import { queryObjects } from 'node:v8';

const { CHAOS_CALLER: caller, CHAOS_SANDBOX_HOST: sandboxHost } = env;

if (caller !== undefined && sandboxHost !== undefined) {
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.getHeader('host') === sandboxHost) request.setHeader('x-sandbox-caller', caller);
  });
}

process.on('message', (question) => {
  if (question !== 'how are you') return;
  globalThis.gc?.();
  process.send?.({
    heapBytes: memoryUsage().heapUsed,
    residentBytes: memoryUsage.rss(),
    sockets: getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length,
    promises: queryObjects(Promise, { format: 'count' }),
  });
});
process.on('disconnect', () => {
  exit(1);
});
// The channel alone keeps no process alive that wants to end.
process.channel?.unref();
