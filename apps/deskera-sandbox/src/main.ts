import { startSandbox, type SandboxOptions } from './sandbox.js';
import { defaultClient } from './state/clients.js';

/** Starts the sandbox alone, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const sandbox = await startSandbox(optionsFrom(process.env));
  const stop = () => void sandbox.close();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(
    [
      `Deskera sandbox on ${sandbox.url}`,
      `  auth pages   ${sandbox.url}/appauth (V1), ${sandbox.url}/oauth2 (V2)`,
      `  settings     ${sandbox.url}/sandbox/settings`,
      `  counters     ${sandbox.url}/sandbox/counters`,
      `  client       ${defaultClient.clientId}, secret ${defaultClient.clientSecret}`,
      '',
    ].join('\n'),
  );
}

function optionsFrom(environment: NodeJS.ProcessEnv): SandboxOptions {
  const { SANDBOX_PORT, SANDBOX_HOST, SANDBOX_CALLBACK_URI, SANDBOX_STATE_FILE } = environment;
  return {
    port: portFrom(SANDBOX_PORT ?? '4000'),
    ...(SANDBOX_HOST === undefined ? {} : { host: SANDBOX_HOST }),
    ...(SANDBOX_CALLBACK_URI === undefined ? {} : { defaultCallbackUri: SANDBOX_CALLBACK_URI }),
    ...(SANDBOX_STATE_FILE === undefined ? {} : { stateFile: SANDBOX_STATE_FILE }),
  };
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new Error('SANDBOX_PORT must be a port number, 0 to 65535.');
  return port;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The sandbox can't start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
