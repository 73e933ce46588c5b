import type { FastifyInstance } from 'fastify';
import type { World } from '../world.js';
import { addClientRoutes } from './client-routes.js';
import { addCodeRoutes } from './code-routes.js';
import { addFaultRoutes } from './fault-routes.js';
import { addGrantRoutes } from './grant-routes.js';
import { addJournalRoutes } from './journal-routes.js';
import { addOrgRoutes } from './org-routes.js';
import { Refusal, refusalAnswer } from './refusal.js';
import { addSettingsRoutes } from './settings-routes.js';

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
