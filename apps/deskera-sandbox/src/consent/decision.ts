import type { Org } from '../state/orgs.js';
import type { World } from '../world.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { callCallback, withParameters, type CallbackResult } from './callback-call.js';
import type { Page } from './page.js';
import { connectedPage, deniedPage, notConnectedPage } from './pages.js';

/** Where a decision leaves the person: on one of our pages, or at an address of the app's. */
export type Landing = { readonly page: Page } | { readonly address: string };

const deskeraCalledNothing: Landing = {
  page: notConnectedPage(502, 'the sandbox was told not to call the app.'),
};

/** The person said yes: a code goes to the client's callback_uri, which is never taken from the request. */
export async function allow(world: World, request: AuthorizationRequest, org: Org): Promise<Landing> {
  const { apiVersion, client, state } = request;
  const expiresAt = world.clock.now() + world.settings.codeLifeSeconds * 1000;
  const code = world.codes.issue({ clientId: client.clientId, orgId: org.id, apiVersion }, expiresAt);
  const parameters = new URLSearchParams({ code, ...(state === null ? {} : { state }) });
  if (apiVersion === 'v2') return redirectToApp(world, request, parameters, org.id);
  parameters.set('scope', 'write');
  const result = await callApp(world, request, parameters, org.id);
  if (result === null) return deskeraCalledNothing;
  if (result.kind !== 'answered' || !isSuccess(result.status)) return { page: refusedPage(result) };
  return request.redirectUri === null ? { page: connectedPage() } : { address: request.redirectUri.href };
}

/** The person said no. What the app answers to a denial changes nothing for them. */
export async function deny(world: World, request: AuthorizationRequest): Promise<Landing> {
  const { apiVersion, state } = request;
  const parameters = new URLSearchParams({ error: 'access_denied', ...(state === null ? {} : { state }) });
  if (apiVersion === 'v2') return redirectToApp(world, request, parameters, null);
  if (world.settings.callbackOnDenial) await callApp(world, request, parameters, null);
  return { page: deniedPage() };
}

/** V2: the browser itself carries the code. */
function redirectToApp(
  world: World,
  { client }: AuthorizationRequest,
  parameters: URLSearchParams,
  orgId: string | null,
): Landing {
  const ended = world.counters.begin('callback', orgId);
  const isCut = world.faults.take('callback', orgId) !== null;
  ended(isCut ? 'not_called' : 'redirected');
  return isCut ? deskeraCalledNothing : { address: withParameters(client.callbackUri, parameters).href };
}

/** V1: the sandbox's server calls the app; null where a fault kept it from doing so. */
async function callApp(
  world: World,
  { client }: AuthorizationRequest,
  parameters: URLSearchParams,
  orgId: string | null,
): Promise<CallbackResult | null> {
  const { callbackMethod: method, callbackTimeoutSeconds: timeoutSeconds } = world.settings;
  const ended = world.counters.begin('callback', orgId);
  if (world.faults.take('callback', orgId) !== null) {
    ended('not_called');
    return null;
  }
  const { signal } = world.closing;
  const { callbackUri } = client;
  const result = await callCallback({ callbackUri, parameters, method, timeoutSeconds, signal });
  ended(result.kind === 'answered' ? `status_${String(result.status)}` : result.kind);
  return result;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function refusedPage(result: CallbackResult): Page {
  switch (result.kind) {
    case 'answered':
      return notConnectedPage(502, `its callback was answered with status ${String(result.status)}.`);
    case 'unreachable':
      return notConnectedPage(502, 'its callback could not be reached.');
    case 'timed_out':
      return notConnectedPage(504, 'its callback did not answer in time.');
  }
}
