import type { FastifyInstance } from 'fastify';
import type { Settings } from '../state/settings.js';
import type { World } from '../world.js';
import { Refusal } from './refusal.js';
import { countersSchema, settingsSchema } from './schemas.js';

/** Settings, counters, and back to the start. */
export function addSettingsRoutes(server: FastifyInstance, world: World): void {
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
