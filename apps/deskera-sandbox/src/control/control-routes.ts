import { addGrantRoutes } from './grant-routes.js';
import { addOrgRoutes, orgNamed } from './org-routes.js';
import { Refusal, refusalAnswer } from './refusal.js';
import { type Client, defaultClient } from '../state/clients.js';
import {
  clientSchema,
  codeSchema,
  faultSchema,
  journalSchema,
  countersSchema,
  settingsSchema,
} from './schemas.js';
import type { ApiVersion } from '../state/api-version.js';
import { faultOf, type FaultRequest } from './fault-rules.js';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../state/settings.js';
import type { World } from '../world.js';

/** The control API under `/sandbox`: no part of Deskera's wire, for people and tests. */
export function addControlRoutes(server: FastifyInstance, world: World): void {
  readBodiesAsJson(server);
  server.setErrorHandler((failure: Parameters<typeof refusalAnswer>[0], _request, reply) => {
    const answer = refusalAnswer(failure);
    if (answer === null) throw failure;
    return reply.code(answer.status).send(answer.body);
  });
  addSettingsRoutes(server, world);
  addClientRoutes(server, world);
  addOrgRoutes(server, world);
  addGrantRoutes(server, world);
  addCodeRoutes(server, world);
  addFaultRoutes(server, world);
  addJournalRoutes(server, world);
}

/** Whatever type a body says it is, so that `curl -d` needs no header. */
function readBodiesAsJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') {
      done(null);
      return;
    }
    try {
      done(null, JSON.parse(text) as unknown);
    } catch {
      done(new Refusal(400, 'invalid_request', 'The body is not JSON.'));
    }
  });
}

/** Registered apps. A secret that was given is never shown again. */
function addClientRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/clients', () => ({ items: world.clients.all().map(shown) }));

  server.post<{ Body: Client }>('/sandbox/clients', { schema: { body: clientSchema } }, (request, reply) => {
    checkClient(request.body);
    const isKnown = world.clients.find(request.body.clientId) !== undefined;
    if (!world.clients.register(request.body))
      throw new Refusal(409, 'too_many_clients', 'There are too many clients.');
    return reply.code(isKnown ? 200 : 201).send(shown(request.body));
  });
}

function checkClient({ clientId, callbackUri }: Client): void {
  if (clientId.includes(':'))
    throw new Refusal(400, 'invalid_client', 'clientId must have no colon (RFC 7617).');
  const { protocol } = URL.parse(callbackUri) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new Refusal(400, 'invalid_client', 'callbackUri must be an http or https address.');
}

function shown({ clientId, callbackUri }: Client): object {
  return { clientId, callbackUri };
}

interface CodeRequest {
  readonly orgId: string;
  readonly clientId?: string;
  readonly apiVersion?: ApiVersion;
}

/** A code without consent: who asks for one calls the callback_uri on its own. */
function addCodeRoutes(server: FastifyInstance, world: World): void {
  server.post<{ Body: CodeRequest }>(
    '/sandbox/codes',
    { schema: { body: codeSchema } },
    async (request, reply) => {
      const { orgId, clientId = defaultClient.clientId, apiVersion = 'v1' } = request.body;
      if (world.clients.find(clientId) === undefined) {
        throw new Refusal(404, 'unknown_client', `There is no client ${clientId}.`);
      }
      const { id } = orgNamed(world, orgId);
      const expiresAt = world.clock.now() + world.settings.codeLifeSeconds * 1000;
      const code = world.codes.issue({ clientId, orgId: id, apiVersion }, expiresAt);
      await reply.code(201).header('cache-control', 'no-store').send({ code });
    },
  );
}

function addFaultRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/faults', () => ({ items: world.faults.list() }));

  server.post<{ Body: FaultRequest }>(
    '/sandbox/faults',
    { schema: { body: faultSchema } },
    (request, reply) => {
      const fault = faultOf(request.body);
      if (!world.faults.add(fault)) throw new Refusal(409, 'too_many_faults', 'Too many faults are waiting.');
      return reply.code(201).send(fault);
    },
  );

  server.delete('/sandbox/faults', (_request, reply) => {
    world.faults.clear();
    return reply.code(204).send();
  });
}

const mostEntriesShown = 5_000;

/** What happened since an entry that is known already, oldest first. */
function addJournalRoutes(server: FastifyInstance, world: World): void {
  server.get<{ Querystring: { after?: string } }>(
    '/sandbox/journal',
    { schema: { querystring: journalSchema } },
    (request) => world.journal.after(Number(request.query.after ?? '0'), mostEntriesShown),
  );
}

/** Settings, counters, and back to the start. */
function addSettingsRoutes(server: FastifyInstance, world: World): void {
  server.get('/sandbox/settings', () => world.settings);

  server.put<{ Body: Partial<Settings> }>(
    '/sandbox/settings',
    { schema: { body: settingsSchema } },
    (request) => {
      const { wrongOrgOnRefresh = null } = request.body;
      if (wrongOrgOnRefresh !== null && world.orgs.find(wrongOrgOnRefresh) === undefined) {
        throw new Refusal(400, 'unknown_org', 'wrongOrgOnRefresh names no org that exists.');
      }
      world.changeSettings(request.body);
      return world.settings;
    },
  );

  server.get<{ Querystring: { orgId?: string } }>(
    '/sandbox/counters',
    { schema: { querystring: countersSchema } },
    (request) => world.counters.snapshot(request.query.orgId),
  );

  server.post('/sandbox/counters/reset', (_request, reply) => {
    world.resetCounters();
    return reply.code(204).send();
  });

  server.post('/sandbox/reset', (_request, reply) => {
    world.reset();
    return reply.code(204).send();
  });
}
