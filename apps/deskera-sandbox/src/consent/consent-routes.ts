import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiVersion } from '../state/api-version.js';
import { formText } from '../wire/parameters.js';
import type { World } from '../world.js';
import { readAuthorizationRequest, type AuthorizationRequest } from './authorization-request.js';
import { allow, deny, type Landing } from './decision.js';
import { sendBrowserTo, sendPage, type Page } from './page.js';
import { badRequestPage, consentPage } from './pages.js';

const mostOrgsShown = 20;

/** The auth pages: `/appauth` for V1, `/oauth2` for V2. */
export function addConsentRoutes(server: FastifyInstance, world: World): void {
  addAuthPage(server, world, '/appauth', 'v1');
  addAuthPage(server, world, '/oauth2', 'v2');
}

function addAuthPage(server: FastifyInstance, world: World, path: string, apiVersion: ApiVersion): void {
  server.get(path, async (request, reply) => {
    const asked = readAuthorizationRequest(request.url, apiVersion, world.clients);
    await sendPage(reply, 'problem' in asked ? badRequestPage(asked.problem) : consentPageOf(world, asked));
  });
  server.post(path, async (request, reply) => {
    const asked = readAuthorizationRequest(request.url, apiVersion, world.clients);
    const landing =
      'problem' in asked ? { page: badRequestPage(asked.problem) } : await decide(world, asked, request);
    await land(reply, landing);
  });
}

function consentPageOf(world: World, asked: AuthorizationRequest): Page {
  return consentPage(asked, world.orgs.list(mostOrgsShown), world.orgs.count);
}

async function decide(world: World, asked: AuthorizationRequest, request: FastifyRequest): Promise<Landing> {
  const form = new URLSearchParams(formText(request));
  const decision = form.get('decision');
  if (decision === 'deny') return deny(world, asked);
  const org = world.orgs.find(form.get('org') ?? '');
  if (decision !== 'allow' || org === undefined)
    return { page: badRequestPage('Choose an organisation, then allow or deny.') };
  return allow(world, asked, org);
}

async function land(reply: FastifyReply, landing: Landing): Promise<void> {
  if ('page' in landing) await sendPage(reply, landing.page);
  else await sendBrowserTo(reply, landing.address);
}
